import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectorsFileFor } from '@valetkey/twin';
import { startPostgres } from '../../test/kit/postgres.js';
import { newDataDir, startServer } from '../../test/kit/server.js';
import { startChild } from './child.js';
import type { Closing } from './closing.js';
import { FLOOR_KEY, KEYS, NO_RATE_LIMITS } from './keys.js';
import { Load } from './load.js';
import type { Target } from './load.js';
import { seedConnections, type SeededConnection } from './seed.js';

const FLOOR = fileURLToPath(new URL('./floor-process.ts', import.meta.url));
const UPSTREAM = fileURLToPath(new URL('./upstream-process.ts', import.meta.url));
const TARGET = 'google';

/** A server with stored connections whose provider is a local upstream, and the floor that calls the same upstream. */
export interface CallStage {
  readonly load: Load;
  /** Where each side listens; their requests are kept in `load` under the same names. */
  readonly origins: { readonly ours: string; readonly floor: string; readonly direct: string };
}

interface CallStageOptions {
  readonly provider: string;
  readonly stored: number;
  /** The upstream's response; 1 KB of JSON by default. */
  readonly answer?: string;
  /** Our request for one connection, by agent key. */
  readonly ours: (connection: SeededConnection, key: string) => Target;
}

export async function startCallStage(
  started: Closing,
  { provider, stored, answer, ours }: CallStageOptions,
): Promise<CallStage> {
  const postgres = started.add(await startPostgres(), (running) => running.stop());
  const load = started.add(new Load(), (running) => running.close());
  const upstream = started.add(
    await startChild([UPSTREAM], answer === undefined ? {} : { ANSWER: answer }),
    (running) => running.close(),
  );
  const upstreamUrl = `http://127.0.0.1:${upstream.line}`;
  const directory = started.add(newDataDir(), (path) =>
    Promise.resolve(rmSync(path, { recursive: true, force: true })),
  );
  const connectorsFile = join(directory, 'connectors.json');
  const { connectors } = connectorsFileFor(upstreamUrl, { targets: [TARGET] });
  writeFileSync(
    connectorsFile,
    JSON.stringify({ connectors, providers: { [provider]: { apiBaseUrl: upstreamUrl } } }),
  );
  const databaseUrl = await postgres.createDatabase();
  const server = started.add(
    await startServer({
      env: {
        DATABASE_URL: databaseUrl,
        VALETKEY_ENCRYPTION_KEYS: KEYS,
        ...NO_RATE_LIMITS,
        VALETKEY_CONNECTORS_FILE: connectorsFile,
      },
    }),
    (running) => running.destroy(),
  );
  const seeded = await seedConnections(databaseUrl, TARGET, stored);
  const floor = started.add(
    await startChild([FLOOR], {
      DATABASE_URL: databaseUrl,
      FLOOR_KEY: FLOOR_KEY.toString('base64'),
      UPSTREAM_URL: `${upstreamUrl}/`,
    }),
    (running) => running.close(),
  );
  const { key } = (await server.operator.post('/v1/agents', { name: 'bench' })).body;
  await load.keep(
    'floor',
    seeded.map(({ id }) => [`/${id}`, '']),
  );
  await load.keep(
    'ours',
    seeded.map((connection) => ours(connection, key)),
  );
  await load.keep(
    'direct',
    seeded.map(({ accessToken }) => ['/', `Bearer ${accessToken}`]),
  );
  return {
    load,
    origins: { ours: server.url, floor: `http://127.0.0.1:${floor.line}`, direct: upstreamUrl },
  };
}
