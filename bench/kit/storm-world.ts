import { Client, type Answer } from '../../test/kit/client.js';
import { freePort } from '../../test/kit/free-port.js';
import { startPostgres } from '../../test/kit/postgres.js';
import { startServer, type Server } from '../../test/kit/server.js';
import type { Closing } from './closing.js';
import {
  beStrict,
  forgetCalls,
  refreshCalls,
  ROTATING_TARGET,
  storeExpired,
  thinkFor,
  type ExpiredToken,
} from './expired-tokens.js';
import { KEYS, NO_RATE_LIMITS } from './keys.js';
import { together } from './together.js';
import { startTwinProcess, type TwinProcess } from './twin-process.js';

/** API processes on one database, a provider whose refresh tokens work once, and an agent that may read tokens. */
export interface StormWorld {
  readonly twin: TwinProcess;
  readonly servers: readonly Server[];
  /** One client for each server. */
  readonly agents: readonly Client[];
}

/** The result of a storm. Everything but `calls` and `seconds` should be zero. */
export interface StormResult {
  readonly reads: number;
  readonly failures: number;
  readonly firstFailure?: string;
  /** Readers of one expiry that were given different tokens, counted by expiry. */
  readonly torn: number;
  /** Refreshes that the provider was asked for. */
  readonly calls: number;
  /** Connections that cannot be refreshed any more. */
  readonly lost: number;
  readonly seconds: number;
}

export interface Storm {
  readonly expiries: number;
  readonly callersPerProcess: number;
  /** Expiries that are read at the same time; the callers of each process are dealt out to them. */
  readonly lanes: number;
  readonly providerMs: number;
}

/** Starts the processes, all of role `api`. */
export async function startStormWorld(
  started: Closing,
  { processes, redisUrl }: { processes: number; redisUrl?: string | undefined },
): Promise<StormWorld> {
  const twin = started.add(await startTwinProcess([ROTATING_TARGET]), (running) => running.close());
  await beStrict(twin);
  const postgres = started.add(await startPostgres(), (running) => running.stop());
  const ports = await Promise.all(Array.from({ length: processes }, () => freePort()));
  const env = {
    DATABASE_URL: await postgres.createDatabase(),
    VALETKEY_ENCRYPTION_KEYS: KEYS,
    ...NO_RATE_LIMITS,
    VALETKEY_CONNECTORS_FILE: twin.connectorsFile,
    VALETKEY_PUBLIC_URL: `http://localhost:${ports[0]}`,
    VALETKEY_ROLE: 'api',
    REDIS_URL: redisUrl,
  };
  const servers: Server[] = [];
  for (const port of ports) {
    servers.push(started.add(await startServer({ port, env }), (running) => running.destroy()));
  }
  const [first] = servers;
  if (!first) throw new Error('a storm needs a process');
  const { status, body, text } = await first.operator.post('/v1/agents', { name: 'storm', rawTokens: true });
  if (status !== 201) throw new Error(`no agent: ${status} ${text}`);
  return { twin, servers, agents: servers.map(({ url }) => new Client(url, body.key)) };
}

/** Lets all callers read each expired token at the same moment, and looks at what is left afterwards. */
export async function storm(world: StormWorld, wanted: Storm): Promise<StormResult> {
  const [operator] = world.servers.map((server) => server.operator);
  if (!operator) throw new Error('a storm needs a process');
  const expired = await storeExpired(operator, world.twin, wanted.expiries);
  await forgetCalls(world.twin);
  await thinkFor(world.twin, wanted.providerMs);
  const startedAt = performance.now();
  const crowds = await together(expired, wanted.lanes, (token) => readByAll(world, wanted, token));
  const seconds = (performance.now() - startedAt) / 1000;
  const calls = await refreshCalls(world.twin);
  await thinkFor(world.twin, 0);
  const answers = crowds.flat();
  const failed = answers.filter(({ status }) => status !== 200);
  return {
    reads: answers.length,
    failures: failed.length,
    ...(failed[0] ? { firstFailure: `${failed[0].status} ${failed[0].text}` } : {}),
    torn: crowds.filter((crowd) => tokensOf(crowd).size > 1).length,
    calls,
    lost: await countLost(operator, expired),
    seconds,
  };
}

function readByAll(
  { agents }: StormWorld,
  { callersPerProcess, lanes }: Storm,
  { id }: ExpiredToken,
): Promise<Answer[]> {
  const callers = Math.max(1, Math.floor(callersPerProcess / lanes));
  return Promise.all(
    agents.flatMap((agent) =>
      Array.from({ length: callers }, () => agent.get(`/v1/connections/${id}/access-token`)),
    ),
  );
}

function tokensOf(answers: readonly Answer[]): Set<unknown> {
  return new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body.accessToken));
}

/** A connection is alive when the refresh token that was kept is the one that the provider takes next. */
async function countLost(operator: Client, expired: readonly ExpiredToken[]): Promise<number> {
  const answers = await together(expired, 8, ({ id }) => operator.post(`/v1/connections/${id}/refresh`));
  return answers.filter(({ status }) => status !== 200).length;
}
