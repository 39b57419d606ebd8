/**
 * Runs the migration engine in a process of its own: it is needed once per upgrade, and its memory would stay with
 * the server for as long as that runs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const SELF = fileURLToPath(import.meta.url);

/** As `runMigrationEngine`, in a child process. */
export async function migrateInChildProcess(
  databaseUrl: string,
  migrationsDirectory: string,
): Promise<string[]> {
  const child = spawn(process.execPath, [SELF, migrationsDirectory], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], VALETKEY_MIGRATION_DATABASE: databaseUrl },
  });
  let output = '';
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(complaint.trim() || 'the migration engine ended without a word');
  return JSON.parse(output) as string[];
}

if (process.argv[1] === SELF) {
  try {
    const { runMigrationEngine } = await import('./migration-engine.js');
    const applied = await runMigrationEngine(
      process.env['VALETKEY_MIGRATION_DATABASE'] ?? '',
      process.argv[2] ?? '',
    );
    // The engine's connections stay open for ten seconds, and nobody shall wait for that.
    process.stdout.write(JSON.stringify(applied), () => process.exit());
  } catch (error) {
    process.stderr.write((error as Error).message, () => process.exit(1));
  }
}
