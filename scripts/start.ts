/** npm start: builds what is not built and starts the server in this process, so that signals reach it. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const built = spawnSync(process.execPath, ['scripts/build.ts', '--if-needed'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (built.status !== 0) process.exit(1);
await import(new URL('../apps/api/dist/main.js', import.meta.url).href);
