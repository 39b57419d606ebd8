import process from 'node:process';
import { loadSettings, settingsHelp, SettingsError, type Settings } from './config/index.js';
import type { ConnectorsFile } from './connectors/index.js';

if (process.argv.includes('--help')) {
  process.stdout.write(`Usage: npm start\n\n${settingsHelp()}\n`);
} else {
  try {
    const settings = loadSettings(process.env);
    const connectorsFile = await judgedConnectorsFile(settings);
    const { openDatabase } = await import('./start/database.js');
    // The database comes up in processes of its own while the rooms are loaded here.
    const database = openDatabase(settings);
    database.catch(() => undefined);
    const { run } = await import('./start/run.js');
    await run(settings, database, connectorsFile);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`Valetkey cannot start: ${error.message}\n`);
    process.exit(1);
  }
}

/** A wrong file is told of before anything is started. */
async function judgedConnectorsFile({ connectorsFile }: Settings): Promise<ConnectorsFile | undefined> {
  if (connectorsFile === undefined) return undefined;
  const { readConnectorsFile } = await import('./connectors/index.js');
  return readConnectorsFile(connectorsFile, process.env);
}
