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
import { ConnectorsModule } from './connectors.module.js';
import { ConnectorsService } from './connectors.service.js';

const SECRET = 'canary-connector-secret-4711';
const PATH = '/v1/operator/connectors';
let world: World<readonly [TestApp, TestApp]>;
let database: TestDatabase;
let first: TestApp;
let second: TestApp;
beforeAll(async () => {
  world = await createWorld({ rooms: [ConnectorsModule, OperatorsModule, AuditModule], processes: 2 });
  ({
    database,
    apps: [first, second],
  } = world);
});
afterAll(() => world.close());

const operator = () => Caller.operator(first.app);
let count = 0;
const acme = (over: object = {}) => ({
  target: `acme-${++count}`,
  preset: 'oauth2',
  displayName: 'Acme',
  clientId: 'client-1',
  clientSecret: SECRET,
  endpoints: {
    authorization: 'https://acme.example/authorize',
    token: 'https://acme.example/token',
    userinfo: 'https://acme.example/me',
  },
  ...over,
});
const create = async (over: object = {}) => {
  const answer = await operator().post(PATH, acme(over));
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body;
};
const secretOf = async (id: string) => {
  const connectors = first.get(ConnectorsService);
  const connector = await connectors.findConnector(id);
  return connector && connectors.clientSecret(connector);
};
const events = (target: string) =>
  database.query<{ type: string; actor_id: string; detail: Record<string, unknown>; text: string }>(
    'SELECT type, actor_id, detail, e::text AS text FROM audit_events e WHERE target = $1 ORDER BY seq',
    [target],
  );

describe('creating a connector', () => {
  it('answers with everything but the secret, which is stored sealed', async () => {
    const created = await create({ storeTokens: false, prompts: ['consent'], clientAuthentication: 'none' });
    expect(created).toMatchObject({
      source: 'operator',
      preset: 'oauth2',
      hasClientSecret: true,
      storeTokens: false,
      prompts: ['consent'],
      offlineAccess: true,
      clientAuthentication: 'none',
      connectionCount: 0,
      dropping: false,
    });
    const listed = await operator().get(PATH);
    expect(listed.text).not.toContain('connector-secret');
    expect(listed.headers['content-range']).toMatch(/^connectors 0-\d+\/\d+$/);
    const [row] = await database.query<{ text: string }>(
      'SELECT c::text AS text FROM connectors c WHERE id = $1',
      [created.id],
    );
    expect(row?.text).not.toContain('connector-secret');
    expect(await secretOf(created.id)).toBe(SECRET);
  });

  it('is seen by other processes within two seconds', async () => {
    await second.get(ConnectorsService).all();
    const { target } = await create();
    world.clock.advance(2_001);
    expect(await second.get(ConnectorsService).findConnector(target)).toMatchObject({ clientId: 'client-1' });
  });

  it('takes nulls of a form for members that are not there', async () => {
    const { endpoints } = acme();
    const created = await create({
      clientSecret: null,
      clientAuthentication: null,
      endpoints: { ...endpoints, issuer: null, jwks: null },
    });
    expect(created.hasClientSecret).toBe(false);
    expect(created.endpoints).toEqual(endpoints);
  });

  it('keeps what it says of its server, until that is changed or taken away', async () => {
    const said = { scopeSeparator: ',', accountPaths: { id: 'data.id', email: '/data/mail' } };
    const { id, target } = await create({ ...said, accountPaths: { ...said.accountPaths, name: null } });
    const stored = async () => (await operator().get(`${PATH}/${id}`)).body;
    expect(await stored()).toMatchObject(said);
    // As a form sends the whole record back.
    await operator().put(`${PATH}/${id}`, await stored());
    expect(await events(target)).toHaveLength(1);
    await operator().put(`${PATH}/${id}`, { accountPaths: { id: 'user.id' } });
    expect((await stored()).accountPaths).toEqual({ id: 'user.id' });
    await operator().put(`${PATH}/${id}`, { scopeSeparator: null, accountPaths: null });
    const { scopeSeparator, accountPaths } = await stored();
    expect([scopeSeparator, accountPaths]).toEqual([undefined, undefined]);
    expect((await events(target)).map(({ detail }) => detail['members'])).toEqual([
      expect.arrayContaining(['scopeSeparator', 'accountPaths']),
      ['accountPaths'],
      ['scopeSeparator', 'accountPaths'],
    ]);
  });

  it('is recorded with the names of its members and no value', async () => {
    const { target } = await create();
    const [event] = await events(target);
    expect(event).toMatchObject({ type: 'connector.configured', actor_id: 'opr_api_key' });
    expect(event?.detail).toMatchObject({
      change: 'created',
      members: expect.arrayContaining(['clientSecret']),
    });
    expect(event?.text).not.toMatch(/connector-secret|client-1/);
  });

  it.each([
    ['a target that is none', { target: 'My Acme' }, 'target'],
    ['an unknown preset', { preset: 'acme' }, 'preset'],
    ['a missing endpoint', { endpoints: { token: 'https://acme.example/token' } }, 'endpoints.authorization'],
    ['OIDC without issuer', { preset: 'oidc', endpoints: {} }, 'endpoints.issuer'],
    [
      'plain http beyond loopback',
      { endpoints: { ...acme().endpoints, token: 'http://acme.example/token' } },
      'endpoints.token',
    ],
    [
      'a password in an endpoint',
      { endpoints: { ...acme().endpoints, token: `https://me:${SECRET}@acme.example/token` } },
      'endpoints.token',
    ],
    ['a client without id', { clientId: '' }, 'clientId'],
    [
      'authentication without secret',
      { clientSecret: null, clientAuthentication: 'client_secret_post' },
      'clientSecret',
    ],
    ['prompts that exclude each other', { prompts: ['none', 'consent'] }, 'prompts'],
  ])('refuses %s and names the member', async (_, over, path) => {
    const { status, body, text } = await operator().post(PATH, acme(over));
    expect([status, body.code]).toEqual([400, 'invalid_input']);
    expect(body.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect(text).not.toContain('connector-secret');
  });

  it('refuses a member that it does not know, and a target that is taken', async () => {
    expect((await operator().post(PATH, acme({ clientSecrt: 'x' }))).status).toBe(400);
    const { target } = await create();
    const { status, body } = await operator().post(PATH, acme({ target }));
    expect([status, body.code, body.errors[0].path]).toEqual([409, 'target_taken', 'target']);
  });

  it('lets one of two through that come together with one target', async () => {
    const both = acme();
    const answers = await Promise.all([
      operator().post(PATH, both),
      Caller.operator(second.app).post(PATH, both),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('changes nothing when it cannot be recorded', async () => {
    await database.breakAudit();
    const definition = acme();
    const { status } = await operator().post(PATH, definition);
    await database.mendAudit();
    expect(status).toBeGreaterThanOrEqual(500);
    expect((await operator().post(PATH, definition)).status).toBe(201);
  });
});

describe('changing a connector', () => {
  it('leaves what is not named as it is, and takes away what is null', async () => {
    const { id } = await create({ clientAuthentication: 'client_secret_post' });
    const { status, body } = await operator().put(`${PATH}/${id}`, { displayName: 'Renamed' });
    expect([status, body.displayName, body.hasClientSecret]).toEqual([200, 'Renamed', true]);
    expect(await secretOf(id)).toBe(SECRET);
    const change = { clientSecret: null, clientAuthentication: null };
    expect((await operator().put(`${PATH}/${id}`, change)).body).toMatchObject({ hasClientSecret: false });
    expect(await secretOf(id)).toBeUndefined();
  });

  it('takes the whole record back, as the dashboard sends it', async () => {
    const { id, target } = await create();
    const { body } = await operator().get(`${PATH}/${id}`);
    const answer = await operator().put(`${PATH}/${id}`, { ...body, storeTokens: false });
    expect([answer.status, answer.body.storeTokens]).toEqual([200, false]);
    expect((await events(target)).at(-1)?.detail).toMatchObject({
      change: 'updated',
      members: ['storeTokens'],
    });
  });

  it('records which members changed, not what to, and nothing when none did', async () => {
    const { id, target } = await create();
    const endpoints = { ...acme().endpoints, token: 'https://acme.example/other-token' };
    await operator().put(`${PATH}/${id}`, { clientSecret: `${SECRET}-2`, endpoints });
    await operator().put(`${PATH}/${id}`, { endpoints });
    const written = await events(target);
    expect(written).toHaveLength(2);
    expect(written[1]?.detail).toMatchObject({ members: ['clientSecret', 'endpoints.token'] });
    expect(written[1]?.text).not.toMatch(/connector-secret|other-token/);
  });

  it.each([
    [{ target: 'other' }, 'target'],
    [{ preset: 'google' }, 'preset'],
    [{ endpoints: {} }, 'endpoints.authorization'],
    [{ displayName: ' ' }, 'displayName'],
    [{ clientSecret: '' }, 'clientSecret'],
    [{ scopeSeparator: ';' }, 'scopeSeparator'],
    [{ accountPaths: { id: 'data..id' } }, 'accountPaths.id'],
    [{ accountPaths: { subject: 'sub' } }, 'accountPaths'],
    [{ clientSecret: null, clientAuthentication: 'client_secret_basic' }, 'clientSecret'],
  ])('refuses %j and names the member', async (change, path) => {
    const { id } = await create();
    const { status, body } = await operator().put(`${PATH}/${id}`, change);
    expect([status, body.errors[0].path]).toEqual([400, path]);
  });

  it('is not done to one that is not there', async () => {
    for (const answer of [
      await operator().put(`${PATH}/ctr_none`, {}),
      await operator().post(`${PATH}/ctr_none/disable`, { tokens: 'keep' }),
      await operator().post(`${PATH}/ctr_none/enable`),
      await operator().delete(`${PATH}/ctr_none`),
    ])
      expect(answer.status).toBe(404);
  });
});

describe('the presets', () => {
  it('say which endpoints they leave to the operator', async () => {
    const { body } = await operator().get('/v1/operator/connector-presets');
    const needed = Object.fromEntries(
      body.map((preset: { id: string; neededEndpoints: string[] }) => [preset.id, preset.neededEndpoints]),
    );
    expect(needed).toMatchObject({
      google: [],
      github: [],
      dropbox: [],
      oauth2: ['authorization', 'token', 'userinfo'],
      oidc: ['issuer'],
      slack: [],
    });
    expect(body[0].callbackUrl).toMatch(/\/oauth\/callback\/\{target\}$/);
  });
});
