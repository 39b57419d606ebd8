import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentsModule } from '../agents/index.js';
import { AuditModule } from '../audit/index.js';
import { OperatorsModule } from '../operators/index.js';
import {
  Caller,
  createWorld,
  type TestApp,
  type TestDatabase,
  type World,
} from '../platform/testing/index.js';
import { WebhooksModule } from './webhooks.module.js';

const PATH = '/v1/webhooks';
let world: World;
let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  world = await createWorld({ rooms: [WebhooksModule, AgentsModule, OperatorsModule, AuditModule] });
  ({
    database,
    apps: [app],
  } = world);
});
afterAll(() => world.close());

const operator = () => Caller.operator(app.app);
const url = 'https://app.example/hooks?key=canary-in-the-address';
const create = async (over: object = {}) => {
  const answer = await operator().post(PATH, { url, ...over });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body;
};
const eventsOf = (id: string) =>
  database.query<{ type: string; text: string }>(
    `SELECT type, e::text AS text FROM audit_events e WHERE detail->>'webhookId' = $1 ORDER BY seq`,
    [id],
  );

describe('an endpoint', () => {
  it('is answered once with its secret, which is stored sealed and shown no more', async () => {
    const created = await create({ description: 'Orders' });
    expect(created).toMatchObject({ url, description: 'Orders', disabled: false });
    expect(created.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(created.secrets).toEqual([
      { id: expect.any(String), publicKey: expect.stringMatching(/^whpk_/), createdAt: expect.any(String) },
    ]);
    const key = created.secret.replace('whsec_', '');
    const { text } = await operator().get(`${PATH}/${created.id}`);
    expect(text).not.toContain(key);
    expect(await database.tablesWith(key)).toEqual([]);
    expect(await database.tablesWith('canary-in-the-address')).toEqual(['public.webhook_endpoints']);
  });

  it('is listed by cursor, and for the dashboard by range', async () => {
    const ids = [(await create()).id, (await create()).id];
    const { body: first } = await operator().get(`${PATH}?limit=1`);
    const { body: second } = await operator().get(`${PATH}?limit=1&cursor=${first.nextCursor}`);
    expect([first.data[0].id, second.data[0].id]).toEqual(ids.toReversed());
    const { body, headers } = await operator().get('/v1/operator/webhooks?range=[0,1]');
    expect([body.length, headers['content-range']]).toEqual([
      2,
      expect.stringMatching(/^webhooks 0-1\/\d+$/),
    ]);
  });

  it('can be told of types of events that are listed', async () => {
    const { body, headers } = await operator().get('/v1/operator/webhook-event-types?range=[0,99]');
    expect(body).toContainEqual({ id: 'task.failed', summary: 'A task has failed for good.' });
    expect(headers['content-range']).toBe(`webhook-event-types 0-${body.length - 1}/${body.length}`);
  });

  it('is changed, disabled, enabled and deleted, each on record without its path', async () => {
    const { id } = await create({ eventTypes: ['task.failed', 'task.failed'] });
    const change = (body: object) => operator().patch(`${PATH}/${id}`, body);
    expect((await change({ eventTypes: null })).body.eventTypes).toBeUndefined();
    expect((await change({ eventTypes: ['agent.disabled'] })).body.eventTypes).toEqual(['agent.disabled']);
    expect((await change({ disabled: true })).body).toMatchObject({
      disabled: true,
      disabledReason: 'operator',
    });
    expect((await change({ disabled: false })).body).toMatchObject({ disabled: false });
    expect((await operator().delete(`${PATH}/${id}`)).status).toBe(204);
    expect((await operator().get(`${PATH}/${id}`)).status).toBe(404);
    const events = await eventsOf(id);
    expect(events.map(({ type }) => type)).toEqual([
      'webhook.created',
      ...Array<string>(4).fill('webhook.updated'),
      'webhook.deleted',
    ]);
    expect(events.every(({ text }) => text.includes('app.example') && !text.includes('canary'))).toBe(true);
  });

  it('is for operators: no agent may see or make one', async () => {
    const agent = await Caller.agent(app.app);
    for (const answer of [await agent.get(PATH), await agent.post(PATH, { url })])
      expect([answer.status, answer.body.code]).toEqual([403, 'wrong_credential_kind']);
    expect((await new Caller(app.app).get(PATH)).status).toBe(401);
  });

  it('is one of at most fifty', async () => {
    const { body } = await operator().get('/v1/operator/webhooks?range=[0,99]');
    for (let n = body.length; n < 50; n++) await create();
    const answer = await operator().post(PATH, { url });
    expect([answer.status, answer.body.code]).toEqual([409, 'too_many_webhooks']);
    await database.query('DELETE FROM webhook_endpoints');
    expect(await database.query('SELECT id FROM webhook_secrets')).toEqual([]);
  });
});

describe('a secret that is rotated', () => {
  const rotate = (id: string, body: object) => operator().post(`${PATH}/${id}/secrets`, body);

  it('leaves the former one to sign for the overlap, and no longer', async () => {
    const { id, secret } = await create();
    const { status, body } = await rotate(id, { overlapHours: 2 });
    expect([status, body.secret === secret, body.secrets.length]).toEqual([201, false, 2]);
    const [current, former] = body.secrets;
    expect(Date.parse(former.expiresAt) - Date.parse(current.createdAt)).toBe(7_200_000);
    world.clock.advance(7_200_000);
    expect((await operator().get(`${PATH}/${id}`)).body.secrets).toEqual([current]);
    expect((await eventsOf(id)).at(-1)?.type).toBe('webhook.secret_rotated');
  });

  it('keeps no more than five, and ends all at once when it is told to', async () => {
    const { id } = await create();
    for (let n = 0; n < 4; n++) expect((await rotate(id, {})).status).toBe(201);
    const refused = await rotate(id, {});
    expect([refused.status, refused.body.code]).toEqual([409, 'too_many_webhook_secrets']);
    expect((await rotate(id, { overlapHours: 0 })).body.secrets).toHaveLength(1);
  });
});

describe('an address', () => {
  it.each([
    ['http://app.example/hooks', 'https'],
    ['https://user:password@app.example/', 'user'],
    ['https://app.example/#part', 'fragment'],
    ['https://169.254.169.254/latest/meta-data', 'address'],
    ['https://10.0.0.1/', 'address'],
    ['https://[::ffff:10.0.0.1]/', 'address'],
    ['https://[fd00:ec2::254]/', 'address'],
    ['https://2130706433.example:99999/', 'URL'],
    ['ftp://app.example/', 'https'],
    ['nonsense', 'URL'],
  ])('%s is refused, and the member named', async (address, words) => {
    const { status, body } = await operator().post(PATH, { url: address });
    expect([status, body.errors]).toEqual([400, [{ path: 'url', message: expect.stringContaining(words) }]]);
  });

  it('of this machine is taken while developing, in production only where it is listed', async () => {
    const local = { url: 'http://127.0.0.1:9/hooks' };
    const production = {
      NODE_ENV: 'production',
      VALETKEY_PUBLIC_URL: 'https://vault.example',
      VALETKEY_REDIRECT_URIS: 'https://app.example/callback',
    };
    const status = async (env: Readonly<Record<string, string>>) => {
      const other = await world.start({ env });
      const answer = await Caller.operator(other.app).post(PATH, local);
      await other.close();
      return answer.status;
    };
    expect(await status({})).toBe(201);
    expect(await status(production)).toBe(400);
    expect(await status({ ...production, VALETKEY_PRIVATE_HOSTS: '127.0.0.1' })).toBe(201);
  });

  it.each([
    [{ eventTypes: ['task.done'] }, 'eventTypes.0'],
    [{ eventTypes: [] }, 'eventTypes'],
    [{ secret: 'whsec_mine' }, ''],
    [{ url: `https://app.example/${'a'.repeat(2_000)}` }, 'url'],
  ])('comes with nothing that is not understood: %#', async (over, path) => {
    const { status, body } = await operator().post(PATH, { url, ...over });
    expect([status, body.errors[0].path]).toEqual([400, path]);
  });
});
