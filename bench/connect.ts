import { randomUUID } from 'node:crypto';
import { answerConsent, TWIN_CLIENT_IDS, TWIN_CLIENT_SECRETS } from '@valetkey/twin';
import pg from 'pg';
import type { Client } from '../test/kit/client.js';
import { connectAccount } from '../test/kit/connect.js';
import { startPostgres } from '../test/kit/postgres.js';
import { startServer } from '../test/kit/server.js';
import { APP_CALLBACK } from '../test/kit/twin.js';
import { number, type Benchmark } from './kit/benchmark.js';
import { closing } from './kit/closing.js';
import { KEYS, NO_RATE_LIMITS } from './kit/keys.js';
import { interleaved, ratioFigure } from './kit/rounds.js';
import { together } from './kit/together.js';
import { startTwinProcess, type TwinProcess } from './kit/twin-process.js';

const TARGET = 'google';
const SCOPE = 'https://www.googleapis.com/auth/calendar.events.readonly';

export const connect: Benchmark = {
  name: 'connect',
  measures: 'whole connects over the Account API: start, consent, verify, store',
  floor: 'the same consent, token and userinfo requests to the provider, bare, and one INSERT',
  options: {
    connects: { means: 'connects a round', short: '40', full: '200' },
    concurrency: { means: 'at the same time', short: '8', full: '8' },
    rounds: { means: 'rounds of floor and us', short: '2', full: '5' },
  },
  run: (options, say) =>
    closing(async (started) => {
      const postgres = started.add(await startPostgres(), (running) => running.stop());
      const twin = started.add(await startTwinProcess([TARGET]), (running) => running.close());
      const databaseUrl = await postgres.createDatabase();
      const env = {
        DATABASE_URL: databaseUrl,
        VALETKEY_ENCRYPTION_KEYS: KEYS,
        ...NO_RATE_LIMITS,
        VALETKEY_CONNECTORS_FILE: twin.connectorsFile,
      };
      const server = started.add(await startServer({ env }), (running) => running.destroy());
      const pool = started.add(new pg.Pool({ connectionString: databaseUrl }), (running) => running.end());
      await pool.query('CREATE TABLE bench_connects (id text PRIMARY KEY, grant_of text)');
      const { key } = (await server.operator.post('/v1/agents', { name: 'bench' })).body;
      const count = number(options['connects']);
      const perSecond = async (work: () => Promise<void>) => {
        const startedAt = performance.now();
        await together(Array.from({ length: count }), number(options['concurrency']), work);
        return (count * 1000) / (performance.now() - startedAt);
      };
      const sides = {
        floor: () => perSecond(() => bareConnect(twin, pool)),
        ours: () => perSecond(() => ourConnect(server.anonymous.as(key))),
      };
      say('warming up');
      await Promise.all([bareConnect(twin, pool), ourConnect(server.anonymous.as(key))]);
      say('measuring');
      const { floor, ours } = await interleaved(number(options['rounds']), sides);
      return [ratioFigure({ name: 'connects', unit: '/s' }, ours, floor)];
    }),
};

async function ourConnect(agent: Client): Promise<void> {
  const { body } = await agent.post(`/v1/users/bench-${randomUUID()}/tokens`, {});
  await connectAccount(agent.as(body.accessToken), { target: TARGET, scope: SCOPE });
}

/** The requests that no connect can do without. */
async function bareConnect({ url }: TwinProcess, pool: pg.Pool): Promise<void> {
  const client = { client_id: TWIN_CLIENT_IDS.google, redirect_uri: APP_CALLBACK };
  const query = {
    ...client,
    response_type: 'code',
    state: 'bench',
    access_type: 'offline',
    prompt: 'consent',
  };
  const request = new URLSearchParams({ ...query, scope: `openid email ${SCOPE}` });
  const callback = new URL(await answerConsent(`${url}/google/o/oauth2/v2/auth?${request}`));
  const body = new URLSearchParams({
    ...client,
    client_secret: TWIN_CLIENT_SECRETS.google,
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code') ?? '',
  });
  const answer = await fetch(`${url}/google/token`, { method: 'POST', body });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  if (!token) throw new Error(`the twin gave no token: ${answer.status}`);
  const headers = { authorization: `Bearer ${token}` };
  const account = await (await fetch(`${url}/google/v1/userinfo`, { headers })).text();
  await pool.query('INSERT INTO bench_connects VALUES ($1, $2)', [randomUUID(), account]);
}
