import process from 'node:process';
import {
  loadSettings,
  requireFreePort,
  settingsHelp,
  SettingsError,
  wantsHelp,
  type Settings,
} from './config/index.js';
import type { ConnectorsFile } from './connectors/index.js';

// Only this user may read the files that the process writes: the database, keys and the demo's files.
process.umask(0o077);

try {
  if (wantsHelp(process.argv.slice(2))) process.stdout.write(`Usage: npm start\n\n${settingsHelp()}\n`);
  else await start();
} catch (error) {
  const reason = reasonInOneLine(error);
  if (reason === undefined) throw error;
  process.stderr.write(`Valetkey cannot start: ${reason}\n`);
  process.exit(1);
}

async function start(): Promise<void> {
  const settings = loadSettings(process.env);
  await useOwnCatalogue(settings);
  const connectorsFile = await judgedConnectorsFile(settings);
  if (settings.role !== 'worker') await requireFreePort(settings);
  const { openDatabase } = await import('./start/database.js');
  // The database starts in processes of its own while the rooms are loaded here.
  const database = openDatabase(settings);
  database.catch(() => undefined);
  const { run } = await import('./start/run.js');
  await run(settings, database, connectorsFile);
}

function reasonInOneLine(error: unknown): string | undefined {
  if (error instanceof SettingsError) return error.message;
  // Errors of the operating system: a file of another user, a full disk, a port that was taken in the meantime.
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  return code !== undefined && syscall !== undefined ? message.split('\n')[0] : undefined;
}

/** The operator's own providers are known before anything lists providers. */
async function useOwnCatalogue({ catalogueDir }: Settings): Promise<void> {
  if (catalogueDir === undefined) return;
  const { readOwnCatalogue } = await import('./connectors/index.js');
  await readOwnCatalogue(catalogueDir);
}

/** A fault in the file is reported before anything is started. */
async function judgedConnectorsFile({ connectorsFile }: Settings): Promise<ConnectorsFile | undefined> {
  if (connectorsFile === undefined) return undefined;
  const { readConnectorsFile } = await import('./connectors/index.js');
  return readConnectorsFile(connectorsFile, process.env);
}
