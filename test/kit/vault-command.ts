import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { OPERATOR_KEY } from './server.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/vault.ts', import.meta.url));

/** Runs `npm run vault` to its end, against the server at `url`. */
export async function vaultCommand(
  url: string,
  command: string,
  credential: string | undefined = OPERATOR_KEY,
) {
  const env = { PATH: process.env['PATH'], VALETKEY_PUBLIC_URL: url, VALETKEY_OPERATOR_API_KEY: credential };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT, command], { env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}
