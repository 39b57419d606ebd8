import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Audit, type NewAuditEvent } from '../audit/index.js';
import { ConnectorsService, parseConnectorsFile } from '../connectors/index.js';
import {
  Caller,
  createWorld,
  type TestApp,
  type TestDatabase,
  type World,
} from '../platform/testing/index.js';
import { DemoUser } from '../authorizations/index.js';
import { CONNECTED_ROOMS } from '../authorizations/testing/index.js';
import { HistoryModule } from './history.module.js';

const PAGE = '/connect/history';
const MINE = '/my-account/audit-events';
const COUNT = 120;

let world: World;
let database: TestDatabase;
let test: TestApp;
let ada: Caller;
let agentId: string;
beforeAll(async () => {
  world = await createWorld({ rooms: [HistoryModule, ...CONNECTED_ROOMS] });
  ({
    database,
    apps: [test],
  } = world);
  agentId = (await Caller.operator(test.app).post('/v1/agents', { name: 'Mail <helper>' })).body.id;
  const actor = { type: 'agent', id: agentId } as const;
  const read = (n: number): NewAuditEvent => ({
    type: 'access_token.read',
    outcome: 'succeeded',
    actor,
    agentId,
    userId: n % 2 === 0 ? 'ada' : 'grace',
    target: n % 8 === 0 ? 'dropbox' : 'google',
    ip: '192.0.2.1',
    keyId: 'key_of_agent',
    detail: { n },
  });
  await test.get(Audit).record(...Array.from({ length: 2 * COUNT }, (_, n) => read(n)));
  ada = await Caller.user(test.app, 'ada');
});
afterAll(() => world.close());

const numbers = (html: string) =>
  [...html.matchAll(/<li><time datetime="([^"]+)"[^>]*>[\d:]+<\/time>/g)].length;
const linkTo = (html: string, rel: 'next' | 'prev') =>
  new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1]?.replaceAll('&#38;', '&');

const postToken = (origin: string, token: string) =>
  test.app.inject({
    method: 'POST',
    url: '/connect/session',
    headers: { origin, 'content-type': 'application/json' },
    payload: { user_token: token, continue: 'history' },
  });

describe("the user's own events", () => {
  it('are told in sentences that name the agent', async () => {
    const { body } = await ada.get(`${MINE}?limit=1&type=access_token.read`);
    expect(body.data[0]).toMatchObject({
      agentId,
      agentName: 'Mail <helper>',
      sentence: 'Mail <helper> read an access token of your google account.',
    });
    expect(body.nextCursor).toEqual(expect.any(String));
  });

  it('are all of them, page by page, and nobody else’s', async () => {
    const seen: number[] = [];
    let cursor = '';
    do {
      const { body } = await ada.get(`${MINE}?limit=50&type=access_token.read${cursor}`);
      for (const event of body.data) {
        expect(event.userId).toBe('ada');
        seen.push(event.detail.n);
      }
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
    } while (cursor);
    expect(seen).toEqual(Array.from({ length: COUNT }, (_, n) => 2 * (COUNT - 1 - n)));
    expect((await ada.get(`${MINE}?userId=grace`)).status).toBe(403);
  });

  it.each([MINE, '/v1/audit-events'])(
    'hold no address, credential or name of anybody else, read at %s',
    async (path) => {
      const eve = { type: 'user', id: 'eve@example.com' } as const;
      const trace = { ip: '198.51.100.7', keyId: 'minted' };
      const denied = { type: 'access.denied', outcome: 'denied', userId: 'bob', ...trace } as const;
      const bob = { type: 'user', id: 'bob' } as const;
      await test.get(Audit).record({ ...denied, actor: eve }, { ...denied, actor: bob });
      const { body, text } = await (await Caller.user(test.app, 'bob')).get(`${path}?type=access.denied`);
      expect(text).not.toContain('eve@example.com');
      expect(body.data[0]).toMatchObject({ actor: bob, ...trace });
      expect(body.data[1]).toMatchObject({ actor: { type: 'user', id: '' } });
      expect(body.data[1].ip ?? body.data[1].keyId).toBeUndefined();
      const all = '/v1/audit-events?userId=bob&type=access.denied';
      const { body: operators } = await Caller.operator(test.app).get(all);
      expect(operators.data[1]).toMatchObject({ actor: eve, ...trace });
    },
  );
});

describe('the hosted page of the history', () => {
  it('asks a stranger who they are, and tells nothing', async () => {
    const { status, text } = await new Caller(test.app).get(PAGE);
    expect(status).toBe(401);
    expect(text).toContain('Who are you?');
    expect(text).not.toMatch(/ada|helper|google|demo-session/i);
  });

  it('opens by a token that an app posts from its own page, and by none that another site plants', async () => {
    const form = (origin: string) => postToken(origin, ada.bearer ?? '');
    const planted = await form('https://evil.example');
    expect([planted.statusCode, planted.headers['set-cookie']]).toEqual([403, undefined]);
    const { statusCode, headers } = await form('http://localhost:8080');
    expect([statusCode, headers.location]).toEqual([303, PAGE]);
    const cookie = String(headers['set-cookie']).split(';')[0] as string;
    const page = await new Caller(test.app).get(PAGE, { cookie });
    expect([page.status, page.text.includes('id="user">ada<')]).toEqual([200, true]);
  });

  it('opens to no token that a disabled agent has minted, by header, form or cookie', async () => {
    const operator = Caller.operator(test.app);
    const { body } = await operator.post('/v1/agents', { name: 'Stopped' });
    const minted = await new Caller(test.app, body.key).post('/v1/users/edsger/tokens', {});
    const token = String(minted.body.accessToken);
    const user = new Caller(test.app, token);
    const form = () => postToken('http://localhost:8080', token);
    const cookie = String((await form()).headers['set-cookie']).split(';')[0] as string;
    const byCookie = async () => (await new Caller(test.app).get(PAGE, { cookie })).status;
    expect([(await user.get(PAGE)).status, await byCookie()]).toEqual([200, 200]);
    await operator.put(`/v1/operator/agents/${body.id}`, { disabled: true });
    expect([(await user.get(PAGE)).status, await byCookie(), (await form()).statusCode]).toEqual([
      401, 401, 401,
    ]);
  });

  it('opens to the demo’s user by a button, where there is a demo', async () => {
    const press = (origin: string) =>
      new Caller(test.app).post('/connect/demo-session', { continue: 'history' }, { origin });
    expect((await press('http://localhost:3000')).status).toBe(403);
    test.get(DemoUser).id = 'ada';
    const { status, headers } = await press('http://localhost:3000');
    expect([status, headers['location']]).toEqual([303, PAGE]);
    expect((await press('https://evil.example')).status).toBe(403);
    test.get(DemoUser).id = undefined;
  });

  it('is not kept, framed or scripted by anybody, and shows names as text', async () => {
    const { headers, text } = await ada.get(PAGE);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'/,
    );
    expect(text).toContain('Mail &#60;helper&#62; read an access token');
    expect(text).not.toMatch(/Mail <helper>|192\.0\.2\.1|key_of_agent|grace/);
  });

  it('leads to older events and back, and misses none', async () => {
    const pages = [(await ada.get(PAGE)).text];
    for (let next = linkTo(pages[0] ?? '', 'next'); next; next = linkTo(pages.at(-1) ?? '', 'next'))
      pages.push((await ada.get(next)).text);
    const counts = pages.map(numbers);
    // One more than the reads: the token that this user was given.
    expect(counts).toEqual([50, 50, 21]);
    const back = await ada.get(linkTo(pages[2] ?? '', 'prev') ?? '');
    expect(times(back.text)).toEqual(times(pages[1] ?? ''));
    const first = await ada.get(linkTo(back.text, 'prev') ?? '');
    expect([times(first.text), linkTo(first.text, 'prev')]).toEqual([times(pages[0] ?? ''), undefined]);
  });

  it('narrows to an account or an agent, and says so when there is nothing', async () => {
    const dropbox = (await ada.get(`${PAGE}?agentId=&target=dropbox`)).text;
    expect([numbers(dropbox), dropbox.includes('your google account')]).toEqual([30, false]);
    expect(dropbox).toContain('<option value="dropbox" selected>');
    const none = (await ada.get(`${PAGE}?agentId=agt_none%22%3E`)).text;
    expect([numbers(none), none.includes('Nothing of that kind.')]).toEqual([0, true]);
    expect(none).not.toContain('agt_none">');
  });

  it('shows no work as begun that has ended, however much was done meanwhile, and work without end as begun', async () => {
    const by = { actor: { type: 'system', id: 'worker' }, userId: 'busy', target: 'google' } as const;
    const refresh = (connectionId: string) => ({ ...by, type: 'token_set.refreshed', connectionId }) as const;
    const consent = (authorizationId: string) =>
      ({ ...by, type: 'authorization.completed', detail: { authorizationId } }) as const;
    const call = {
      ...by,
      type: 'action.run',
      connectionId: 'con_done',
      action: 'gmail.messages.get',
    } as const;
    const begun = [
      refresh('con_done'),
      refresh('con_lost'),
      consent('aut_done'),
      consent('aut_lost'),
      call,
      call,
    ].map((what) => ({ ...what, outcome: 'intended' }) as const);
    const busy = await Caller.user(test.app, 'busy');
    const audit = test.get(Audit);
    const intents = await audit.record(...begun);
    const filler = {
      ...by,
      type: 'access_token.read',
      connectionId: 'con_done',
      outcome: 'succeeded',
    } as const;
    await audit.record(...Array.from({ length: 119 }, () => filler));
    await audit.record(
      { ...refresh('con_done'), type: 'token_set.refresh_failed', outcome: 'failed' },
      { ...consent('aut_done'), type: 'authorization.failed', outcome: 'failed' },
      { ...call, outcome: 'succeeded', detail: { intent: intents[4]?.id } },
    );
    const pages = [(await busy.get(PAGE)).text];
    for (let next = linkTo(pages[0] ?? '', 'next'); next; next = linkTo(pages.at(-1) ?? '', 'next'))
      pages.push((await busy.get(next)).text);
    expect(pages).toHaveLength(3);
    const shown = pages.join('').match(/began to[^<]*/g) ?? [];
    expect(shown.sort()).toEqual([
      'began to allow access to your google account.',
      'began to renew access to your google account.',
      'began to run “Read an e-mail” with your google account.',
    ]);
  });

  it('shows refusals that name only a connection with the account of that connection', async () => {
    const user = await Caller.user(test.app, 'turned-away');
    const connectors = ['google', 'github'].map((preset) => {
      return { target: `own-${preset}`, preset, clientId: 'x', clientSecret: 'y' };
    });
    await test.get(ConnectorsService).apply(parseConnectorsFile({ connectors }, 'spec', {}), 'file');
    const connect = async (target: string) => {
      const id = `con_${target}`;
      await database.query(
        `INSERT INTO connections (id, user_id, connector_id, account_id)
         SELECT $1, 'turned-away', id, $1 FROM connectors WHERE target = $2`,
        [id, target],
      );
      return id;
    };
    const denied = { type: 'access.denied', outcome: 'denied', userId: 'turned-away' } as const;
    const agent = { type: 'agent', id: agentId } as const;
    const [google, github] = [await connect('own-google'), await connect('own-github')];
    await test
      .get(Audit)
      .record(
        { ...denied, actor: agent, connectionId: google, detail: { code: 'forbidden' } },
        { ...denied, actor: agent, connectionId: github, detail: { code: 'forbidden' } },
        { ...denied, actor: agent, detail: { code: 'forbidden' } },
      );
    const refusals = async (path: string) => ((await user.get(path)).text.match(/was refused/g) ?? []).length;
    expect(await refusals(PAGE)).toBe(3);
    expect(await refusals(`${PAGE}?target=own-google`)).toBe(1);
    expect(await refusals(`${PAGE}?target=dropbox`)).toBe(0);
  });

  it('shows tasks and refusals, which name an action and no target, with the account of that action', async () => {
    const by = { actor: { type: 'system', id: 'worker' }, userId: 'tasked', outcome: 'succeeded' } as const;
    const tasked = await Caller.user(test.app, 'tasked');
    await test
      .get(Audit)
      .record(
        { ...by, type: 'access_token.read', target: 'google' },
        { ...by, type: 'task.finished', action: 'gmail.messages.get' },
        { ...by, type: 'task.finished', action: 'github.issues.create' },
        { ...by, type: 'access_token.read', target: 'github' },
      );
    const google = (await tasked.get(`${PAGE}?target=google`)).text;
    expect(times(google).map((line) => line.replace(/^\S+ /, ''))).toEqual([
      expect.stringContaining('The task “Read an e-mail” is done.'),
      expect.stringContaining('google account'),
    ]);
  });

  it('tells a user for whom nothing was done yet that it is so', async () => {
    const fresh = await Caller.user(test.app, 'fresh');
    await database.query('ALTER TABLE audit_events DISABLE TRIGGER USER');
    await database.query(`DELETE FROM audit_events WHERE user_id = 'fresh'`);
    await database.query('ALTER TABLE audit_events ENABLE TRIGGER USER');
    const { status, text } = await fresh.get(PAGE);
    expect([status, text.includes('Nothing yet.'), text.includes('<script')]).toEqual([200, true, false]);
  });

  it('refuses a cursor that it did not give out', async () => {
    const { status, text } = await ada.get(`${PAGE}?older=zzz`);
    expect([status, text.includes('cursor')]).toEqual([400, true]);
  });
});

function times(html: string): string[] {
  return [...html.matchAll(/datetime="([^"]+)"[^>]*>[^<]*<\/time><span id="\w+">([^<]*)/g)].map(
    ([, at = '', sentence = '']) => `${at} ${sentence}`,
  );
}
