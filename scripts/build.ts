/**
 * npm run build [-- --if-needed]
 *
 * Prisma client, TypeScript, dashboard: each only when its sources are newer than what was built from them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Written by the command. */
  readonly output: string;
  readonly sources: readonly string[];
}

const GENERATED = 'apps/api/src/platform/prisma/generated';
const COMPILED = ['libs/providers/src', 'apps/twin/src', 'apps/api/src', 'tsconfig.base.json'];

const STEPS: readonly Step[] = [
  {
    name: 'database client',
    command: ['node_modules/prisma/build/index.js', 'generate'],
    output: `${GENERATED}/client.ts`,
    sources: ['prisma/schema.prisma'],
  },
  {
    name: 'server',
    command: ['node_modules/typescript/bin/tsc', '-b'],
    output: 'apps/api/dist/.tsbuildinfo',
    sources: COMPILED,
  },
  {
    name: 'dashboard',
    command: ['node_modules/vite/bin/vite.js', 'build', 'apps/admin', '--logLevel', 'warn'],
    output: 'apps/admin/dist/index.html',
    sources: ['apps/admin/src', 'apps/admin/public', 'apps/admin/index.html', 'apps/admin/vite.config.ts'],
  },
];

function newest(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isFresh({ output, sources }: Step): boolean {
  return existsSync(output) && Math.max(...sources.map(newest)) <= statSync(output).mtimeMs;
}

const onlyIfNeeded = process.argv.includes('--if-needed');
for (const step of STEPS) {
  if (onlyIfNeeded && isFresh(step)) continue;
  process.stderr.write(`Building the ${step.name} ...\n`);
  const { status, stdout, stderr } = spawnSync(process.execPath, step.command, { encoding: 'utf8' });
  if (status === 0) continue;
  process.stderr.write(`${stdout}${stderr}\nThe ${step.name} could not be built.\n`);
  process.exit(1);
}
