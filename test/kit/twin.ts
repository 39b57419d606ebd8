import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectorsFileFor, startTwin, TWIN_TARGETS, type Twin, type TwinOptions } from '@valetkey/twin';
import { newDataDir } from './server.js';

/** Where the calling app of the specs takes its users back; nothing listens there. */
export const APP_CALLBACK = 'http://localhost:8080/callback';

/** A twin in this process, and the connectors file that points at it. */
export type TestTwin = Twin & { readonly connectorsFile: string };

/** Starts a twin for a server at `serverUrl` (or for these redirect URIs) and the app of the specs. */
export async function startTwinFor(
  serverUrl: string | readonly string[],
  options: Omit<TwinOptions, 'redirectUris'> & { readonly targets?: string[] } = {},
): Promise<TestTwin> {
  const own =
    typeof serverUrl === 'string'
      ? TWIN_TARGETS.map((target) => `${serverUrl}/oauth/callback/${target}`)
      : serverUrl;
  const { targets, ...twinOptions } = options;
  const twin = await startTwin({ ...twinOptions, redirectUris: [...own, APP_CALLBACK] });
  const directory = newDataDir();
  const connectorsFile = join(directory, 'connectors.json');
  writeFileSync(connectorsFile, JSON.stringify(connectorsFileFor(twin.url, targets ? { targets } : {})));
  const close = async () => {
    await twin.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { ...twin, connectorsFile, close };
}
