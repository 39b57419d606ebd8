import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import { Caller, type TwinWorld } from '../platform/testing/index.js';
import { Vault } from '../vault/index.js';
import { tokenSetBinding } from './token-vault.js';
import { createConnectedWorld, GOOGLE } from '../authorizations/testing/index.js';

jest.setTimeout(180_000);

const KEPT = 3_000;
const REFRESHED = 24;
const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [one, two] = [key('one'), key('two')];

let world: TwinWorld;
beforeAll(async () => {
  world = await createConnectedWorld(1, { VALETKEY_ENCRYPTION_KEYS: one });
  world.twin.control.updateClient(TWIN_CLIENT_IDS.google, {
    rotatesRefreshTokens: true,
    reuseRevokesFamily: true,
  });
});
afterAll(() => world.close());

/** Connections whose tokens live for long, sealed by the process that has the old key only. */
async function keep(count: number): Promise<string[]> {
  const { database, apps: olds, clock } = world;
  const vault = olds[0].get(Vault);
  const ids = Array.from({ length: count }, (_, n) => `con_kept${String(n).padStart(6, '0')}`);
  const sealed = await Promise.all(
    ids.map(async (id, n) => {
      const tokenSet = { accessToken: `kept-${n}`, tokenType: 'Bearer', obtainedAt: clock.now() };
      return Buffer.from(await vault.seal(JSON.stringify(tokenSet), tokenSetBinding(id, 'ada')));
    }),
  );
  await database.query(
    `INSERT INTO connections (id, user_id, connector_id, account_id, scopes)
     SELECT id, 'ada', (SELECT id FROM connectors WHERE target = 'google'), 'account-' || id, '{}' FROM unnest($1::text[]) AS t(id)`,
    [ids],
  );
  await database.query(
    `INSERT INTO token_sets (connection_id, sealed, token_type, refreshable, obtained_at)
     SELECT id, sealed, 'Bearer', false, now() FROM unnest($1::text[], $2::bytea[]) AS t(id, sealed)`,
    [ids, sealed],
  );
  return ids;
}

it('re-wraps thousands of secrets while they are read and refreshed, without one failed read', async () => {
  const users = await Promise.all(
    Array.from({ length: REFRESHED }, async (_, n) => {
      const user = await world.user(n === 0 ? 'ada' : `refreshed-${n}`);
      await user.connect('google', GOOGLE.readEvents);
      return user;
    }),
  );
  const kept = await keep(KEPT);
  const agent = await world.agent(true);
  world.clock.advance(2 * 3_600_000);
  const api = await world.start({ env: { VALETKEY_ENCRYPTION_KEYS: `${two},${one}` } });
  await world.start({ env: { VALETKEY_ENCRYPTION_KEYS: `${two},${one}`, VALETKEY_ROLE: 'worker' } });

  const operator = Caller.operator(api.app);
  const { body: started } = await operator.post('/v1/operator/vault/rewraps');
  const reader = new Caller(api.app, agent.bearer);
  const refreshers = users.slice(1).map((user) => new Caller(api.app, user.bearer));
  const failed: string[] = [];
  let reads = 0;
  let ended: { status: string; done: number; total: number; failed: number } | undefined;
  const read = async (from: number) => {
    for (let n = from; !ended; n = (n + 997) % KEPT) {
      const answer = await reader.get(`/v1/connections/${kept[n]}/access-token`);
      reads++;
      if (answer.status !== 200 || answer.body.accessToken !== `kept-${n}`) failed.push(answer.text);
    }
  };
  const refresh = async () => {
    for (const user of refreshers) {
      const answer = await user.get('/my-account/identities/google/access-token');
      if (answer.status !== 200) failed.push(answer.text);
    }
  };
  const watch = async () => {
    while (!ended) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const { body } = await operator.get(`/v1/operator/vault/rewraps/${started.id}`);
      if (body.status !== 'running') ended = body;
    }
  };
  await Promise.all([watch(), read(0), read(1_000), read(2_000), refresh()]);

  expect(failed).toEqual([]);
  expect(reads).toBeGreaterThan(100);
  expect(ended).toMatchObject({ status: 'finished', failed: 0 });
  const under = await world.database.query<{ key: string; count: number }>(
    `SELECT convert_from(substring(sealed FROM 3 FOR 3), 'UTF8') AS key, count(*)::int AS count FROM token_sets GROUP BY 1`,
  );
  expect(under).toEqual([{ key: 'two', count: KEPT + REFRESHED }]);
  const retired = `SELECT DISTINCT detail->>'keyId' AS key FROM audit_events WHERE type = 'vault_key.retired'`;
  expect(await world.database.query(retired)).toEqual([{ key: 'one' }]);
  // The first process still seals with the old key: it may have put its row back by now, and nobody else.
  const [keys] = await world.database.query<{ fresh: number; old: number; putBack: number }>(
    `SELECT count(*) FILTER (WHERE key_id = 'two')::int AS fresh, count(*) FILTER (WHERE key_id <> 'two')::int AS old,
       (SELECT count(*)::int FROM audit_events WHERE type = 'vault_key.added' AND actor_id = 'vault') AS "putBack"
     FROM vault_keys`,
  );
  expect(keys).toEqual({ fresh: 1, old: keys?.putBack, putBack: keys?.putBack });
  // No refresh was lost: a rotated refresh token that came back as its older self would end its family here.
  world.clock.advance(2 * 3_600_000);
  await refresh();
  expect(failed).toEqual([]);
  const versions = await world.database.query(
    `SELECT DISTINCT version FROM token_sets WHERE NOT refreshable`,
  );
  expect(versions).toEqual([{ version: 1 }]);
});
