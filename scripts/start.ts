/**
 * npm start: judges the settings, builds what is not built and starts the server in this process, so that signals reach
 * it.
 */
import './dot-env.ts';
import { spawnSync } from 'node:child_process';
import process from 'node:process';

type Config = typeof import('../apps/api/dist/config/index.js');

// The first build takes a minute: a wrong setting, option or port is told of before, by the sources themselves.
await import(new URL('../bench/kit/resolve-typescript.js', import.meta.url).href);
const { loadSettings, requireFreePort, settingsHelp, SettingsError, wantsHelp } = (await import(
  new URL('../apps/api/src/config/index.ts', import.meta.url).href
)) as Config;

try {
  if (wantsHelp(process.argv.slice(2))) {
    process.stdout.write(`Usage: npm start\n\n${settingsHelp()}\n`);
    process.exit(0);
  }
  const settings = loadSettings(process.env);
  if (settings.role !== 'worker') await requireFreePort(settings);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`Valetkey cannot start: ${error.message}\n`);
  process.exit(1);
}
const built = spawnSync(process.execPath, ['scripts/build.ts', '--if-needed'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (built.status !== 0) process.exit(1);
await import(new URL('../apps/api/dist/main.js', import.meta.url).href);
