import process from 'node:process';
import { loadSettings, settingsHelp, SettingsError } from './config/index.js';

if (process.argv.includes('--help')) {
  process.stdout.write(`Usage: npm start\n\n${settingsHelp()}\n`);
} else {
  try {
    const settings = loadSettings(process.env);
    const { openDatabase } = await import('./start/database.js');
    // The database comes up in processes of its own while the rooms are loaded here.
    const database = openDatabase(settings);
    database.catch(() => undefined);
    const { run } = await import('./start/run.js');
    await run(settings, database);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`Valetkey cannot start: ${error.message}\n`);
    process.exit(1);
  }
}
