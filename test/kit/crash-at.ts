/** Loaded before a server (`--import`): kills it with SIGKILL at the failure point that CRASH_AT names. */
import { subscribe } from 'node:diagnostics_channel';
import process from 'node:process';

subscribe('valetkey.failure_point', (name) => {
  if (name === process.env['CRASH_AT']) process.kill(process.pid, 'SIGKILL');
});
