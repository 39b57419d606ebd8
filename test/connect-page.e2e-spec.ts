import { answerConsent } from '@valetkey/twin';
import {
  APP_CALLBACK,
  Browser,
  consentFromPage,
  hostedConnect,
  openCallback,
  query,
  signInAtPage,
  startStack,
  type Answer,
  type Stack,
} from './kit/index.js';

const CALENDAR = 'https://www.googleapis.com/auth/calendar';
const READ_EVENTS = `${CALENDAR}.events.readonly`;
const SEND_MAIL = 'https://www.googleapis.com/auth/gmail.send';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
});
afterAll(() => stack.close());

async function link(
  userId: string,
  members: object = { actions: ['google-calendar.events.list'] },
): Promise<Answer['body']> {
  const { status, body } = await stack.agent.client.post('/v1/authorizations', {
    userId,
    target: 'google',
    ...members,
  });
  expect(status).toBe(201);
  return body;
}

const tokenOf = async (userId: string) => (await stack.user(userId)).credential as string;
const authorization = async (id: string) => (await stack.agent.client.get(`/v1/authorizations/${id}`)).body;
const connectionsOf = async (userId: string) =>
  (await stack.agent.client.get(`/v1/connections?userId=${userId}`)).body.data;

describe('who may open a link', () => {
  it('asks a visitor without proof who they are, and shows nothing of the request', async () => {
    const { authorizationUri } = await link('page-stranger');
    const page = await new Browser().open(authorizationUri);
    expect(page.status).toBe(401);
    expect(page.html).not.toContain('page-stranger');
    const pressed = await new Browser().submit(authorizationUri, {}, stack.server.url);
    expect([pressed.status, pressed.location]).toEqual([401, undefined]);
  });

  it('refuses the session of another user', async () => {
    const { id, authorizationUri } = await link('page-owner');
    const browser = new Browser();
    const page = await signInAtPage(browser, authorizationUri, await tokenOf('page-thief'));
    expect(page.status).toBe(403);
    const pressed = await browser.submit(authorizationUri, {}, stack.server.url);
    expect([pressed.status, pressed.location]).toEqual([403, undefined]);
    expect(await authorization(id)).toMatchObject({ status: 'pending' });
  });

  it('lets no foreign page sign a user in', async () => {
    const { authorizationUri } = await link('page-csrf');
    const token = await tokenOf('page-csrf');
    for (const origin of ['https://evil.example', 'null', undefined]) {
      const browser = new Browser();
      const form = {
        user_token: token,
        continue: new URL(authorizationUri).pathname.split('/').at(-1) as string,
      };
      const page = await browser.submit(`${stack.server.url}/connect/session`, form, origin);
      expect([origin, page.status, browser.cookiesOf(stack.server.url).size]).toEqual([origin, 403, 0]);
    }
  });

  it('refuses a bad token and a link that does not exist', async () => {
    const { authorizationUri } = await link('page-bad-token');
    expect((await signInAtPage(new Browser(), authorizationUri, 'not.a.token')).status).toBe(401);
    expect((await new Browser().open(`${stack.server.url}/connect/aut_none`)).status).toBe(404);
  });

  it('refuses a link older than ten minutes', async () => {
    const { id, authorizationUri } = await link('page-late');
    await query(
      stack.server.embeddedDatabaseUrl,
      `UPDATE authorizations SET expires_at = now() - interval '1 second' WHERE id = $1`,
      [id],
    );
    const page = await signInAtPage(new Browser(), authorizationUri, await tokenOf('page-late'));
    expect(page.status).toBe(410);
    expect(await authorization(id)).toMatchObject({ status: 'expired' });
  });
});

describe('the way to the provider and back', () => {
  it('connects, tells the agent, and cannot be framed or stored', async () => {
    const { id, authorizationUri, expiresAt } = await link('page-happy');
    expect(authorizationUri).toBe(`${stack.server.url}/connect/${id}`);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    const { browser, page } = await hostedConnect(authorizationUri, await tokenOf('page-happy'));
    expect([page.status, page.html.includes('is connected')]).toEqual([200, true]);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");

    const [connection] = await connectionsOf('page-happy');
    expect(connection).toMatchObject({
      userId: 'page-happy',
      target: 'google',
      status: 'active',
      refreshable: true,
      account: { email: 'ada@example.com' },
    });
    expect(await authorization(id)).toMatchObject({ status: 'completed', connectionId: connection.id });
    expect(page.url).toBe(authorizationUri);
    const pressed = await browser.submit(authorizationUri, {}, stack.server.url);
    expect([pressed.status, pressed.location]).toEqual([409, undefined]);
  });

  it('takes the user back to the app when the app said where', async () => {
    const { id, authorizationUri } = await link('page-return', {
      scopes: [READ_EVENTS],
      redirectUri: `${APP_CALLBACK}?from=valetkey`,
    });
    const { page } = await hostedConnect(authorizationUri, await tokenOf('page-return'));
    const { origin, pathname, searchParams } = new URL(page.location as string);
    expect([page.status, origin + pathname]).toEqual([303, APP_CALLBACK]);
    expect(Object.fromEntries(searchParams)).toEqual({
      from: 'valetkey',
      authorizationId: id,
      status: 'completed',
    });
    const refused = await stack.agent.client.post('/v1/authorizations', {
      userId: 'page-return',
      target: 'google',
      scopes: [READ_EVENTS],
      redirectUri: 'https://evil.example/',
    });
    expect([refused.status, refused.body.code]).toEqual([400, 'redirect_uri_not_allowed']);
  });

  it('lets a user who declined try the same link again', async () => {
    const { id, authorizationUri } = await link('page-declines');
    const token = await tokenOf('page-declines');
    const declined = await hostedConnect(authorizationUri, token, { decision: 'deny' });
    expect(declined.page.status).toBe(403);
    expect(await authorization(id)).toMatchObject({ status: 'denied', error: 'authorization_denied' });
    expect(await connectionsOf('page-declines')).toEqual([]);

    const { page } = await hostedConnect(authorizationUri, token);
    expect(page.status).toBe(200);
    expect(await authorization(id)).toMatchObject({ status: 'completed' });
  });

  it('lets the link be tried again after an outage of the provider', async () => {
    const { id, authorizationUri } = await link('page-outage');
    stack.twin.control.addFault({
      provider: 'google',
      fault: 'server_error',
      match: { path: '/token' },
      times: 1,
    });
    const token = await tokenOf('page-outage');
    expect((await hostedConnect(authorizationUri, token)).page.status).toBe(502);
    expect((await hostedConnect(authorizationUri, token)).page.status).toBe(200);
    expect(await authorization(id)).toMatchObject({ status: 'completed' });
  });

  it('refuses a callback in another browser', async () => {
    const { id, authorizationUri } = await link('page-other-browser');
    const browser = new Browser();
    await signInAtPage(browser, authorizationUri, await tokenOf('page-other-browser'));
    const callback = await consentFromPage(browser, authorizationUri);
    expect((await new Browser().open(callback)).status).toBe(403);
    expect(await connectionsOf('page-other-browser')).toEqual([]);
    expect((await openCallback(browser, callback)).status).toBe(200);
    expect(await authorization(id)).toMatchObject({ status: 'completed' });
  });

  it('answers a callback again as before, and refuses an invented and an empty one', async () => {
    const { authorizationUri } = await link('page-replay');
    const { browser, callback } = await hostedConnect(authorizationUri, await tokenOf('page-replay'));
    expect((await openCallback(browser, callback)).status).toBe(200);
    expect((await new Browser().open(callback)).status).toBe(403);
    expect(
      (await browser.open(`${stack.server.url}/oauth/callback/google?state=invented&code=x`)).status,
    ).toBe(400);
    expect((await browser.open(`${stack.server.url}/oauth/callback/google`)).status).toBe(400);
    expect(await connectionsOf('page-replay')).toHaveLength(1);
  });
});

describe('what was granted counts, not what was asked', () => {
  it('stores the scopes of ticked boxes only, and names the rest in the audit log', async () => {
    const { authorizationUri } = await link('page-partial', {
      actions: ['google-calendar.events.list', 'gmail.messages.send'],
    });
    await hostedConnect(authorizationUri, await tokenOf('page-partial'), { untick: [SEND_MAIL] });
    const [connection] = await connectionsOf('page-partial');
    expect(connection.scopes).toContain(READ_EVENTS);
    expect(connection.scopes).not.toContain(SEND_MAIL);
    const { body } = await stack.agent.client.get(
      `/v1/audit-events?connectionId=${connection.id}&type=connection.created`,
    );
    expect(body.data[0].detail.notGranted).toEqual([SEND_MAIL]);
  });

  it('widens a connection over the link that insufficient_scope carries, and keeps what was granted', async () => {
    const { authorizationUri } = await link('page-widens');
    const token = await tokenOf('page-widens');
    await hostedConnect(authorizationUri, token);
    const [before] = await connectionsOf('page-widens');
    const run = () =>
      stack.agent.client.post('/v1/actions/gmail.messages.send', {
        userId: 'page-widens',
        input: { to: ['bob@example.com'], subject: 'Widened', text: 'Hello' },
      });

    const refused = await run();
    expect(refused).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope', missingScopes: [SEND_MAIL], connectionId: before.id },
    });

    // A failed upgrade leaves the old grant working.
    await hostedConnect(refused.body.authorizationUri, token, { decision: 'deny' });
    const list = () =>
      stack.agent.client.post('/v1/actions/google-calendar.events.list', {
        userId: 'page-widens',
        input: {},
      });
    expect((await list()).status).toBe(200);

    await hostedConnect(refused.body.authorizationUri, token);
    const after = await connectionsOf('page-widens');
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({
      id: before.id,
      scopes: expect.arrayContaining([READ_EVENTS, SEND_MAIL]),
    });
    expect((await run()).status).toBe(200);
    expect((await list()).status).toBe(200);
  });

  it('sends a fresh state, nonce and PKCE challenge on every try', async () => {
    const { authorizationUri } = await link('page-fresh');
    const browser = new Browser();
    await signInAtPage(browser, authorizationUri, await tokenOf('page-fresh'));
    const press = async () =>
      new URL((await browser.submit(authorizationUri, {}, stack.server.url)).location as string);
    const [first, second] = [await press(), await press()];
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(first.searchParams.get(name)).toBeTruthy();
      expect(first.searchParams.get(name)).not.toBe(second.searchParams.get(name));
    }
    // The first try is superseded: its callback belongs to nothing any more.
    expect((await browser.open(await answerConsent(first.href))).status).toBe(400);
    expect((await openCallback(browser, await answerConsent(second.href))).status).toBe(200);
  });
});
