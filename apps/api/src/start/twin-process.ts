import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SettingsError } from '../config/index.js';

const TWIN = fileURLToPath(new URL('../../../twin/dist/main.js', import.meta.url));

/** A running provider twin; it ends with this process, however that ends. */
export interface TwinProcess {
  readonly url: string;
  /** Path of the connectors file that points at it. */
  readonly connectorsFile: string;
  stop(): Promise<void>;
}

/** Starts the provider twin on loopback, on the port that it had the last time if that is free. */
export async function startTwinProcess(
  directory: string,
  redirectUris: readonly string[],
): Promise<TwinProcess> {
  mkdirSync(directory, { recursive: true });
  const portFile = join(directory, 'twin-port');
  const connectorsFile = join(directory, 'connectors.json');
  const wanted = readPort(portFile);
  const start = (port: number) => spawnTwin(port, join(directory, 'twin.json'), connectorsFile, redirectUris);
  const twin = await start(wanted).catch((error: unknown) => {
    if (wanted === 0) throw error;
    return start(0);
  });
  writeFileSync(portFile, new URL(twin.url).port);
  return { ...twin, connectorsFile };
}

async function spawnTwin(
  port: number,
  stateFile: string,
  connectorsFile: string,
  redirectUris: readonly string[],
) {
  const redirects = redirectUris.flatMap((uri) => ['--redirect-uri', uri]);
  const child = spawn(
    process.execPath,
    [
      TWIN,
      '--port',
      String(port),
      '--state',
      stateFile,
      '--connectors-file',
      connectorsFile,
      '--exit-with-parent',
      ...redirects,
    ],
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true, env: { PATH: process.env['PATH'] } },
  );
  const ended = once(child, 'exit');
  const ready = once(createInterface(child.stdout), 'line').then(
    ([line]) => (JSON.parse(String(line)) as { url: string }).url,
  );
  const failed = ended.then(() => {
    throw new SettingsError(
      'the provider twin of the demo did not start; run npm run build, or set VALETKEY_DEMO=off',
    );
  });
  failed.catch(() => undefined);
  const url = await Promise.race([ready, failed]);
  return {
    url,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

function readPort(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8')) || 0;
  } catch {
    return 0;
  }
}
