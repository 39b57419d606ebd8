import { createHash, createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditModule } from '../audit/index.js';
import { OperatorsModule } from '../operators/index.js';
import {
  Caller,
  createWorld,
  type TestApp,
  type TestDatabase,
  type World,
} from '../platform/testing/index.js';
import { AgentsModule } from './agents.module.js';

const ROOMS = [AgentsModule, OperatorsModule, AuditModule];

let world: World;
let database: TestDatabase;
let apps: readonly TestApp[];
beforeAll(async () => {
  world = await createWorld({ rooms: ROOMS, processes: 2 });
  ({ database, apps } = world);
});
afterAll(() => world.close());

const operator = () => Caller.operator(world.apps[0].app);
const statuses = (key: string) =>
  Promise.all(apps.map(async ({ app }) => (await new Caller(app, key).get('/v1/audit-events')).status));
/** How long another process may go on with a key that it has just seen. */
const REMEMBERED_MS = 1_000;

const create = async () => (await operator().post('/v1/agents', { name: ' Spec ' })).body;

it('whose row somebody holds is no mistake of ours: the caller is told to come back', async () => {
  const impatient = await world.start({ databaseUrl: `${database.url}?lock_timeout=300` });
  const { id } = await create();
  const held = await database.held(`SELECT 1 FROM agents WHERE id = '${id}' FOR UPDATE`);
  const rename = () => Caller.operator(impatient.app).put(`/v1/operator/agents/${id}`, { name: 'Renamed' });
  const refused = await rename();
  await held.release();
  const served = await rename();
  await impatient.close();
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
  expect(refused.headers['content-type']).toContain('application/problem+json');
  expect(refused.body).toMatchObject({ code: 'unavailable', retryable: true, instance: expect.any(String) });
  expect([served.status, served.body.name]).toEqual([200, 'Renamed']);
});

describe('an agent key', () => {
  it('is shown once and stored as a hash that only its key makes', async () => {
    const { id, key, name } = await create();
    expect([name, key]).toEqual(['Spec', expect.stringMatching(/^vk_agent_[\w-]{43}$/)]);
    const rows = await database.query<{ hash: Buffer; row: string }>(
      'SELECT hash, k::text AS row FROM agent_keys k WHERE agent_id = $1',
      [id],
    );
    expect(rows[0]?.hash).toHaveLength(32);
    expect(rows[0]?.hash).not.toEqual(createHash('sha256').update(key).digest());
    expect(rows[0]?.row).not.toContain(key.slice(13));
    expect((await operator().get(`/v1/operator/agents/${id}`)).text).not.toContain(key.slice(13));
  });

  it.each([
    ['its SHA-256', (key: string) => createHash('sha256').update(key).digest()],
    ['the key itself', (key: string) => Buffer.from(key)],
    ['an HMAC under no key', (key: string) => createHmac('sha256', '').update(key).digest()],
    ['an HMAC under the key itself', (key: string) => createHmac('sha256', key).update(key).digest()],
    ['its SHA-512', (key: string) => createHash('sha512').update(key).digest()],
  ])('is not opened by a row with %s that somebody wrote', async (_, hash) => {
    const { id } = await create();
    const key = `vk_agent_${randomBytes(32).toString('base64url')}`;
    await database.query(
      `INSERT INTO agent_keys (id, agent_id, hash, prefix) VALUES ($1, $2, $3, 'vk_agent_')`,
      [`key_${key.slice(-8)}`, id, hash(key)],
    );
    expect(await statuses(key)).toEqual([401, 401]);
  });

  it('of a version that stored its bare SHA-256 works on after an upgrade, which is done once', async () => {
    const upgrade = await createWorld({ rooms: ROOMS, processes: 0 });
    const { database: old, start } = upgrade;
    const key = `vk_agent_${randomBytes(32).toString('base64url')}`;
    const stored = createHash('sha256').update(key).digest();
    await old.query(`INSERT INTO agents (id, name) VALUES ('agt_old', 'Old')`);
    const insert = `INSERT INTO agent_keys (id, agent_id, hash, prefix) VALUES ($1, 'agt_old', $2, 'vk_agent_')`;
    await old.query(insert, ['key_old', stored]);
    const upgraded = await Promise.all([start(), start()]);
    const later = `vk_agent_${randomBytes(32).toString('base64url')}`;
    await old.query(insert, ['key_later', createHash('sha256').update(later).digest()]);
    const all = [...upgraded, await start()];
    const seen = (of: string) =>
      Promise.all(all.map(async ({ app }) => (await new Caller(app, of).get('/v1/audit-events')).status));
    expect([await seen(key), await seen(later)]).toEqual([
      [200, 200, 200],
      [401, 401, 401],
    ]);
    const [row] = await old.query<{ hash: Buffer }>(`SELECT hash FROM agent_keys WHERE id = 'key_old'`);
    expect(row?.hash).not.toEqual(stored);
    await upgrade.close();
  });

  it('opens the door in every process, and a changed one does not', async () => {
    const { key } = await create();
    expect(await statuses(key)).toEqual([200, 200]);
    expect(await statuses(`${key}x`)).toEqual([401, 401]);
    expect(await statuses(key.replace('vk_agent_', ''))).toEqual([401, 401]);
  });

  it('is dead here from the moment it is revoked and in every other process a second later, while its sisters live', async () => {
    const { id, key, keys } = await create();
    const { body: second } = await operator().post(`/v1/operator/agents/${id}/keys`);
    await statuses(key);
    expect((await operator().delete(`/v1/operator/agents/${id}/keys/${keys[0].id}`)).status).toBe(204);
    expect((await statuses(key))[0]).toBe(401);
    await sleep(REMEMBERED_MS);
    expect([await statuses(key), await statuses(second.key)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
    expect((await operator().delete(`/v1/operator/agents/${id}/keys/${keys[0].id}`)).status).toBe(404);
  });

  it("is not revoked through another agent's path", async () => {
    const [one, two] = [await create(), await create()];
    expect((await operator().delete(`/v1/operator/agents/${two.id}/keys/${one.keys[0].id}`)).status).toBe(
      404,
    );
    expect(await statuses(one.key)).toEqual([200, 200]);
  });

  it('sleeps while its agent is disabled', async () => {
    const { id, key } = await create();
    expect(await statuses(key)).toEqual([200, 200]);
    await operator().put(`/v1/operator/agents/${id}`, { disabled: true });
    expect((await statuses(key))[0]).toBe(401);
    await sleep(REMEMBERED_MS);
    expect(await statuses(key)).toEqual([401, 401]);
    await operator().put(`/v1/operator/agents/${id}`, { disabled: false });
    expect(await statuses(key)).toEqual([200, 200]);
  });

  it('cannot make agents', async () => {
    const { key } = await create();
    const answer = await new Caller((apps[0] as TestApp).app, key).post('/v1/agents', { name: 'more' });
    expect([answer.status, answer.body.code]).toEqual([403, 'wrong_credential_kind']);
  });
});

describe('changing agents', () => {
  it('is recorded, each change with the operator who made it', async () => {
    const { id, keys } = await create();
    await operator().put(`/v1/operator/agents/${id}`, { name: 'Renamed', rawTokens: true });
    await operator().post(`/v1/operator/agents/${id}/keys`);
    await operator().delete(`/v1/operator/agents/${id}/keys/${keys[0].id}`);
    const rows = await database.query<{ type: string; actor_id: string }>(
      'SELECT type, actor_id FROM audit_events WHERE agent_id = $1 ORDER BY seq',
      [id],
    );
    expect(rows.map(({ type }) => type)).toEqual([
      'agent.created',
      'agent.updated',
      'agent_key.created',
      'agent_key.revoked',
    ]);
    expect(new Set(rows.map(({ actor_id }) => actor_id))).toEqual(new Set(['opr_api_key']));
  });

  it('changes nothing when it cannot be recorded', async () => {
    const { id, key, keys } = await create();
    await database.breakAudit();
    const answers = [
      await operator().post('/v1/agents', { name: 'Unrecorded' }),
      await operator().delete(`/v1/operator/agents/${id}/keys/${keys[0].id}`),
    ];
    await database.mendAudit();
    expect(answers.filter(({ status }) => status < 500)).toEqual([]);
    expect(await database.query(`SELECT 1 FROM agents WHERE name = 'Unrecorded'`)).toEqual([]);
    expect(await statuses(key)).toEqual([200, 200]);
  });

  it.each([{}, { name: '' }, { name: '   ' }, { name: 'x'.repeat(101) }, { name: 'x', admin: true }])(
    'refuses %j',
    async (body) => {
      expect((await operator().post('/v1/agents', body)).status).toBe(400);
    },
  );
});
