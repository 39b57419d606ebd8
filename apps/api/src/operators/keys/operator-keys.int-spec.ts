import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller, OPERATOR_KEY } from '../../platform/testing/index.js';
import { EMAIL, OperatorWorld } from '../testing/operator-world.js';
import type { OperatorBrowser } from '../testing/operator-browser.js';

const KEYS = '/v1/operator/operator-keys';
const PEOPLE = '/v1/operator/operators';
const DAY_MS = 24 * 3_600_000;

let world: OperatorWorld;
let owner: OperatorBrowser;
beforeAll(async () => {
  world = await OperatorWorld.start();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.reset();
  await world.database.query('DELETE FROM operator_keys');
  owner = await world.signedIn();
});

const make = async (wanted: object = {}, by = owner) => {
  const { status, body } = await by.send('POST', KEYS, { name: 'deploys', role: 'admin', ...wanted });
  expect([status, body.code]).toEqual([201, undefined]);
  return body;
};
const holding = (key: string) => new Caller(world.test.app, key);
const answer = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
const idOf = async (email: string) => {
  const [row] = await world.database.query<{ id: string }>('SELECT id FROM operators WHERE email = $1', [
    email,
  ]);
  return row?.id ?? '';
};

describe('an operator key', () => {
  it('is shown once, stored as a hash, and on record by id and name', async () => {
    const { key, ...made } = await make();
    expect(key).toMatch(/^vk_op_[\w-]{43}$/);
    expect(made).toMatchObject({
      name: 'deploys',
      role: 'admin',
      status: 'active',
      makerId: await idOf(EMAIL),
    });
    const rows = await world.database.query('SELECT k::text AS row FROM operator_keys k');
    expect(JSON.stringify(rows)).not.toContain(key);
    const listed = await owner.send('GET', KEYS);
    expect(JSON.stringify(listed.body)).not.toContain(key.slice(12));
    expect((await world.events('operator_key.created')).at(-1)).toMatchObject({
      actor_id: await idOf(EMAIL),
      detail: { operatorKeyId: made.id, name: 'deploys', role: 'admin' },
    });
  });

  it('is the actor and the credential of what it does', async () => {
    const { key, id } = await make({ role: 'auditor' });
    expect(answer(await holding(key).delete(`${KEYS}/${id}`))).toEqual([403, 'read_only_role']);
    const [event] = await world.database.query(
      "SELECT actor_type, actor_id, key_id FROM audit_events WHERE type = 'access.denied' AND actor_id = $1",
      [id],
    );
    expect(event).toEqual({ actor_type: 'operator', actor_id: id, key_id: id });
  });

  it('shows its last use, to the minute', async () => {
    const { key, id } = await make();
    expect((await owner.send('GET', `${KEYS}/${id}`)).body.lastUsedAt).toBeUndefined();
    await holding(key).get(KEYS);
    const first = (await owner.send('GET', `${KEYS}/${id}`)).body.lastUsedAt;
    expect(Math.abs(world.clock.now() - Date.parse(first))).toBeLessThan(10_000);
    world.clock.advance(30_000);
    await holding(key).get(KEYS);
    expect((await owner.send('GET', `${KEYS}/${id}`)).body.lastUsedAt).toBe(first);
    world.clock.advance(31_000);
    await holding(key).get(KEYS);
    const { lastUsedAt } = (await owner.send('GET', `${KEYS}/${id}`)).body;
    expect(Date.parse(lastUsedAt) - Date.parse(first)).toBeGreaterThan(60_000);
  });

  it('ends by itself: after 90 days, after the days that were asked for, or never', async () => {
    const made = [await make(), await make({ expiresInDays: 1 }), await make({ expiresInDays: null })];
    const statuses = () => Promise.all(made.map(async ({ key }) => (await holding(key).get(KEYS)).status));
    expect(await statuses()).toEqual([200, 200, 200]);
    world.clock.advance(DAY_MS);
    expect(await statuses()).toEqual([200, 401, 200]);
    world.clock.advance(89 * DAY_MS);
    expect(await statuses()).toEqual([401, 401, 200]);
    const { body } = await (await world.signedIn()).send('GET', `${KEYS}/${made[0].id}`);
    expect(body.status).toBe('expired');
  });

  it('counts no more from the moment it is revoked, once', async () => {
    const { key, id } = await make();
    expect((await owner.send('DELETE', `${KEYS}/${id}`)).status).toBe(204);
    expect(answer(await holding(key).get(KEYS))).toEqual([401, 'invalid_credential']);
    expect(answer(await owner.send('DELETE', `${KEYS}/${id}`))).toEqual([404, 'not_found']);
    expect((await owner.send('GET', `${KEYS}/${id}`)).body.status).toBe('revoked');
    expect((await world.events('operator_key.revoked')).at(-1)?.detail).toMatchObject({
      operatorKeyId: id,
      name: 'deploys',
    });
  });

  it.each([
    ['a role that is none', { role: 'root' }],
    ['no name', { name: '  ' }],
    ['an end in the past', { expiresInDays: -1 }],
    ['a member that is none', { id: 'opk_mine' }],
  ])('is not made with %s', async (_, wanted) => {
    const sent = { name: 'deploys', role: 'admin', ...wanted };
    expect(answer(await owner.send('POST', KEYS, sent))).toEqual([400, 'invalid_input']);
  });

  it('is one of 200 at most that can be used', async () => {
    await world.database.query(
      `INSERT INTO operator_keys (id, name, role, hash, prefix, created_at)
       SELECT 'opk_' || n, 'n', 'auditor', decode(md5(n::text), 'hex'), 'vk_op_', now() FROM generate_series(1, 200) n`,
    );
    expect(answer(await owner.send('POST', KEYS, { name: 'deploys', role: 'admin' }))).toEqual([
      409,
      'too_many_operator_keys',
    ]);
  });
});

describe('what operator keys may do', () => {
  it('is what their role may; they give nobody a credential of an operator', async () => {
    const { key, id } = await make({ role: 'owner' });
    const asKey = holding(key);
    const person = await idOf(EMAIL);
    expect(answer(await asKey.post(KEYS, { name: 'mine', role: 'owner' }))).toEqual([403, 'key_not_allowed']);
    expect(answer(await asKey.delete(`${KEYS}/${id}`))).toEqual([403, 'key_not_allowed']);
    const invitation = { email: 'mallory@example.com', role: 'owner' };
    expect(answer(await asKey.post(PEOPLE, invitation))).toEqual([403, 'key_not_allowed']);
    expect(answer(await asKey.delete(`${PEOPLE}/${person}`))).toEqual([403, 'key_not_allowed']);
    const demotion = asKey.patch(`${PEOPLE}/${person}`, { role: 'auditor' });
    expect(answer(await demotion)).toEqual([403, 'key_not_allowed']);
    expect((await asKey.get(`${PEOPLE}/${person}/sessions`)).status).toBe(200);
  });

  it.each(['admin', 'auditor'])('is not to make or revoke keys for an operator of role %s', async (role) => {
    const { id } = await make();
    await world.add(`${role}@example.com`, role);
    const browser = await world.signedIn(`${role}@example.com`);
    const code = role === 'admin' ? 'owner_required' : 'read_only_role';
    expect(answer(await browser.send('POST', KEYS, { name: 'mine', role }))).toEqual([403, code]);
    expect(answer(await browser.send('DELETE', `${KEYS}/${id}`))).toEqual([403, code]);
    expect((await browser.send('GET', KEYS)).body).toHaveLength(1);
  });

  it('asks the person who makes one for a proof of late', async () => {
    world.clock.advance(11 * 60_000);
    expect(answer(await owner.send('POST', KEYS, { name: 'deploys', role: 'admin' }))).toEqual([
      403,
      'step_up_required',
    ]);
  });

  it('is told of the key of the settings, which may make keys and has no maker', async () => {
    expect((await owner.send('GET', '/v1/operator/settings-key')).body).toEqual({
      isSet: true,
      id: 'opr_api_key',
      role: 'owner',
    });
    const { status, body } = await holding(OPERATOR_KEY).post(KEYS, { name: 'first', role: 'auditor' });
    expect([status, body.makerId]).toEqual([201, undefined]);
  });
});

describe('the keys that an operator made', () => {
  const SECOND = 'ada@example.com';

  it.each([
    ['disabled', { disabled: true }],
    ['made an admin', { role: 'admin' }],
    ['removed', undefined],
  ])('end when their maker is %s', async (_, change) => {
    await world.add(SECOND);
    const { key, id } = await make({}, await world.signedIn(SECOND));
    const other = await make();
    const at = `${PEOPLE}/${await idOf(SECOND)}`;
    const { status } = change ? await owner.send('PATCH', at, change) : await owner.send('DELETE', at);
    expect(status).toBeLessThan(300);
    expect((await holding(key).get(KEYS)).status).toBe(401);
    expect((await holding(other.key).get(KEYS)).status).toBe(200);
    const [event] = (await world.events(change ? 'operator.updated' : 'operator.deleted')).slice(-1);
    expect(event?.detail).toMatchObject({ revokedKeys: [id] });
  });

  it('stay when a role is given that they have already', async () => {
    await world.add(SECOND);
    const { key } = await make({}, await world.signedIn(SECOND));
    expect((await owner.send('PATCH', `${PEOPLE}/${await idOf(SECOND)}`, { role: 'owner' })).status).toBe(
      200,
    );
    expect((await holding(key).get(KEYS)).status).toBe(200);
  });
});
