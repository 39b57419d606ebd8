import { execFile, spawn, type ChildProcess } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { OPERATOR_KEY } from './server.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/import.ts', import.meta.url));
const MOST_OUTPUT = 64 * 1024 * 1024;

const environment = (url: string) => ({
  PATH: process.env['PATH'],
  VALETKEY_PUBLIC_URL: url,
  VALETKEY_OPERATOR_API_KEY: OPERATOR_KEY,
});

/** Runs `npm run import` to its end, against the server at `url`. @param heapMb the most that it may hold */
export async function importCommand(url: string, args: readonly string[], heapMb = 256) {
  const all = [`--max-old-space-size=${heapMb}`, SCRIPT, ...args];
  const options = { env: environment(url), maxBuffer: MOST_OUTPUT };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, all, options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

/** Starts it, for a test that ends it. */
export function startImport(url: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [SCRIPT, ...args], { env: environment(url), stdio: 'ignore' });
}
