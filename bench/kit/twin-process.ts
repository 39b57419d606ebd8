import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectorsFileFor } from '@valetkey/twin';
import { Client, type Answer } from '../../test/kit/client.js';
import { newDataDir } from '../../test/kit/server.js';
import { APP_CALLBACK } from '../../test/kit/twin.js';
import { startChild } from './child.js';

const TWIN = fileURLToPath(new URL('../../apps/twin/dist/main.js', import.meta.url));

/** The provider twin in a process of its own, steered over its control API. */
export interface TwinProcess {
  readonly url: string;
  readonly connectorsFile: string;
  control(method: string, path: string, body?: unknown): Promise<Answer['body']>;
  close(): Promise<void>;
}

/** Starts one; the connectors file names only these targets. */
export async function startTwinProcess(targets: string[]): Promise<TwinProcess> {
  const child = await startChild([TWIN, '--redirect-uri', APP_CALLBACK, '--exit-with-parent']);
  const { url } = JSON.parse(child.line) as { url: string };
  const directory = newDataDir();
  const connectorsFile = join(directory, 'connectors.json');
  writeFileSync(connectorsFile, JSON.stringify(connectorsFileFor(url, { targets })));
  const client = new Client(url);
  return {
    url,
    connectorsFile,
    control: async (method, path, body) => {
      const answer = await client.request(method, `/control${path}`, body === undefined ? {} : { body });
      if (answer.status >= 300) throw new Error(`the twin refused ${path}: ${answer.text}`);
      return answer.body;
    },
    close: async () => {
      await child.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
