/**
 * Loaded before a server (`--import`): kills it with SIGKILL at the failure point that stands in the file CRASH_AT_FILE.
 * A file, so that a running server can be told and none has to be started for it; read in step with the server's work,
 * so that no request overtakes it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';

const { CRASH_AT_FILE: file = '' } = process.env;

subscribe('valetkey.failure_point', (name) => {
  if (existsSync(file) && readFileSync(file, 'utf8') === name) process.kill(process.pid, 'SIGKILL');
});
