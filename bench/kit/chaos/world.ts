import { Client } from '../../../test/kit/client.js';
import { connectAccount } from '../../../test/kit/connect.js';
import { freePort } from '../../../test/kit/free-port.js';
import { startPostgres, type TestPostgres } from '../../../test/kit/postgres.js';
import { startRedis, type TestRedis } from '../../../test/kit/redis.js';
import { startServer, type Server } from '../../../test/kit/server.js';
import type { Closing } from '../closing.js';
import { KEYS, NO_RATE_LIMITS } from '../keys.js';
import { startTwinProcess, type TwinProcess } from '../twin-process.js';

const SCOPE = ['calendar.events', 'gmail.send', 'gmail.readonly', 'drive.file']
  .map((scope) => `https://www.googleapis.com/auth/${scope}`)
  .join(' ');

/** Each user has one of the twin's accounts: the providers' limits are for one account. */
export const USERS = { 'chaos-ada': 'ada@example.com', 'chaos-alan': 'alan@example.com' } as const;

/** Processes on one database and one queue, any of which may be killed. */
export interface ChaosWorld {
  readonly databaseUrl: string;
  readonly postgres: TestPostgres;
  readonly redis: TestRedis | undefined;
  readonly twin: TwinProcess;
  readonly apis: readonly Server[];
  readonly workers: readonly Server[];
  /** One client for each API process. */
  readonly agents: readonly Client[];
}

export interface Processes {
  readonly apis: number;
  readonly workers: number;
  readonly backend: 'PostgreSQL' | 'Redis';
}

/** Starts the processes, and connects the users. */
export async function startChaosWorld(
  started: Closing,
  { apis, workers, backend }: Processes,
): Promise<ChaosWorld> {
  const twin = started.add(await startTwinProcess(['google']), (running) => running.close());
  const postgres = started.add(await startPostgres(), (running) => running.stop());
  const redis =
    backend === 'Redis' ? started.add(await startRedis(), (running) => running.stop()) : undefined;
  const databaseUrl = await postgres.createDatabase();
  const ports = await Promise.all(Array.from({ length: apis + workers }, () => freePort()));
  const servers: Server[] = [];
  for (const [index, port] of ports.entries()) {
    const env = {
      DATABASE_URL: databaseUrl,
      REDIS_URL: redis?.url,
      VALETKEY_ENCRYPTION_KEYS: KEYS,
      ...NO_RATE_LIMITS,
      VALETKEY_CONNECTORS_FILE: twin.connectorsFile,
      VALETKEY_PUBLIC_URL: `http://localhost:${ports[0]}`,
      VALETKEY_ROLE: index < apis ? 'api' : 'worker',
      VALETKEY_MAX_OPEN_TASKS: '100000',
    };
    servers.push(started.add(await startServer({ port, env }), (running) => running.destroy()));
  }
  const [first] = servers;
  if (!first) throw new Error('chaos needs a process');
  const { key } = (await first.operator.post('/v1/agents', { name: 'chaos' })).body;
  const agents = servers.slice(0, apis).map(({ url }) => new Client(url, key));
  for (const [userId, account] of Object.entries(USERS)) await connect(first, key, twin, { userId, account });
  return {
    ...{ databaseUrl, postgres, redis, twin, agents },
    apis: servers.slice(0, apis),
    workers: servers.slice(apis),
  };
}

async function connect(
  server: Server,
  key: string,
  twin: TwinProcess,
  { userId, account }: { readonly userId: string; readonly account: string },
): Promise<void> {
  await twin.control('POST', '/sign-in', { provider: 'google', account });
  const { body } = await server.anonymous.as(key).post(`/v1/users/${userId}/tokens`, {});
  await connectAccount(server.anonymous.as(body.accessToken), { target: 'google', scope: SCOPE });
}
