/** Attacks on the authorization server and on what users let their own clients have. */
import {
  Browser,
  LOOPBACK,
  mcpHeaders,
  mcpMessage,
  openLetIn,
  OAuthByHand,
  described,
  documentServer,
  startStack,
  type Client,
  type Stack,
} from '../kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const LIST = 'google-calendar__events__list';

let stack: Stack;
let documents: Awaited<ReturnType<typeof documentServer>>;
let hand: OAuthByHand;
let ada: Client;
let eve: Client;
beforeAll(async () => {
  documents = await documentServer();
  stack = await startStack({
    targets: ['google', 'github'],
    env: {
      VALETKEY_SIGN_IN_URL: 'http://localhost:9/in',
      VALETKEY_PRIVATE_HOSTS: 'localhost',
      NODE_EXTRA_CA_CERTS: documents.certificate,
    },
  });
  hand = new OAuthByHand(stack.server.url, stack.agent.id);
  ada = await stack.connected('ada', { target: 'google', scope: EVENTS });
  eve = await stack.user('eve');
});
afterAll(async () => {
  await stack.close();
  await documents.close();
});

const open = (userClients: boolean) =>
  stack.operator.patch(`/v1/operator/agents/${stack.agent.id}`, { userClients });

const call = (accessToken: string) =>
  stack.agent.client
    .as(accessToken)
    .post('/mcp', mcpMessage('tools/call', { name: LIST, arguments: {} }), mcpHeaders('tools/call', LIST));

beforeAll(() => open(true));

describe('a client', () => {
  it.each<[string, (id: string) => object]>([
    ['is of another client', () => described('https://localhost/other.json')],
    ['has a secret', (id) => ({ ...described(id), client_secret: 'x' })],
    ['wants a secret', (id) => ({ ...described(id), token_endpoint_auth_method: 'client_secret_basic' })],
    ['has another redirect URI', (id) => ({ ...described(id), redirect_uris: ['https://evil.example/cb'] })],
    ['is not an object', () => []],
    ['is too large', (id) => ({ ...described(id), more: 'x'.repeat(100_000) })],
  ])('is refused when its document %s', async (name, members) => {
    const id = documents.serve(`/${encodeURIComponent(name)}.json`, members);
    const page = await new Browser().open(hand.authorizeUrl(id));
    expect([page.status >= 400, page.location]).toEqual([true, undefined]);
  });

  it('is refused when its document leads elsewhere, or never comes', async () => {
    const elsewhere = documents.answer('/redirects.json', (_, response) =>
      response.writeHead(302, { location: '/client.json' }).end(),
    );
    const never = documents.answer('/never.json', () => undefined);
    for (const id of [elsewhere, never])
      expect((await new Browser().open(hand.authorizeUrl(id))).status).toBe(400);
  });
});

describe('nobody gets', () => {
  it('a second token for a code, and the first one ends with the try', async () => {
    const { exchange, tokens } = await hand.grant(ada);
    const again = await exchange();
    expect([again.status, again.body['error']]).toEqual([400, 'invalid_grant']);
    expect((await call(tokens['access_token'] ?? '')).status).toBe(401);
    const { body } = await stack.operator.get('/v1/audit-events?userId=ada&type=session.ended&limit=1');
    expect(body.data[0].actor).toEqual({ type: 'system', id: 'authorization-server' });
  });

  it('two answers for one code or refresh token, however close the requests come', async () => {
    const won = (answers: readonly { status: number }[]) => answers.filter(({ status }) => status === 200);
    for (let round = 0; round < 3; round++) {
      const { exchange } = await hand.code(ada);
      const codes = await Promise.all(Array.from({ length: 10 }, () => exchange()));
      expect(won(codes).length).toBe(1);
      const granted = await hand.grant(ada);
      const refreshes = await Promise.all(Array.from({ length: 10 }, () => hand.refresh(granted)));
      expect(won(refreshes).length).toBe(1);
    }
  });

  it('a second token for a refresh token, and the session ends with the try', async () => {
    const granted = await hand.grant(ada);
    const first = await hand.refresh(granted);
    expect(first.status).toBe(200);
    expect((await hand.refresh(granted)).status).toBe(400);
    expect((await call(first.body['access_token'] ?? '')).status).toBe(401);
  });

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another redirect URI', { redirect_uri: 'http://127.0.0.1:41999/other' }],
    ['another client', { client_id: 'somebody-else' }],
    ['another resource', { resource: 'https://evil.example/mcp' }],
  ])('a token with %s', async (_, more) => {
    const { exchange } = await hand.code(ada);
    expect((await exchange(more)).status).toBeGreaterThanOrEqual(400);
  });

  it.each<[string, Record<string, string>]>([
    ['without PKCE', { code_challenge: '', code_challenge_method: '' }],
    ['with a plain challenge', { code_challenge_method: 'plain' }],
    ['for another resource', { resource: 'https://evil.example/' }],
    ['without asking', { prompt: 'none' }],
    ['as a token in the address', { response_type: 'token' }],
  ])('an answer %s', async (_, members) => {
    const { clientId } = await hand.register();
    const page = await new Browser().open(hand.authorizeUrl(clientId, members));
    expect(page.location === undefined || page.location.startsWith(LOOPBACK)).toBe(true);
    // Errors of implicit grants come after the #.
    if (page.location) expect(page.location).toMatch(/[?&#]error=/);
    else expect(page.status).toBe(400);
  });

  it.each([
    ['a redirect URI that was not registered', { redirect_uri: 'https://evil.example/cb' }],
    ['a client that nobody registered', { client_id: 'nobody' }],
    ['a document at a private address', { client_id: 'https://169.254.169.254/client.json' }],
    ['a document on this machine', { client_id: 'https://127.0.0.1/client.json' }],
  ])('a page for %s, and no redirect either', async (_, members) => {
    const { clientId } = await hand.register();
    const page = await new Browser().open(hand.authorizeUrl(clientId, members));
    expect([page.status >= 400, page.location]).toEqual([true, undefined]);
    expect(page.html).toContain('This client was not let in');
    expect(page.html).not.toContain('href="https://evil');
  });

  it.each([
    ['a secret', { token_endpoint_auth_method: 'client_secret_post' }],
    ['a redirect URI in the clear', { redirect_uris: ['http://evil.example/cb'] }],
    ['a script as redirect URI', { redirect_uris: ['javascript:alert(1)'] }],
    ['no redirect URI', { redirect_uris: [] }],
    ['a grant without a user', { grant_types: ['client_credentials'] }],
  ])('to register with %s', async (_, members) => {
    expect((await hand.register(members)).status).toBe(400);
  });

  it('to decide in another browser, from another site, or for another user', async () => {
    const { clientId } = await hand.register();
    const browser = new Browser();
    const { pageUrl } = await openLetIn(browser, hand.authorizeUrl(clientId), ada.credential ?? '');
    const form = { decision: 'allow', agent: stack.agent.id, providers: 'google-calendar' };
    const stranger = await fetch(`${pageUrl}/decision`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${eve.credential}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(form),
    });
    expect(stranger.status).toBe(410);
    expect((await browser.submit(`${pageUrl}/decision`, form, 'https://evil.example')).status).toBe(403);
    expect((await browser.submit(`${pageUrl}x/decision`, form, stack.server.url)).status).toBe(410);
    const other = await stack.createAgent('closed');
    const closed = { ...form, agent: other.id };
    expect((await browser.submit(`${pageUrl}/decision`, closed, stack.server.url)).status).toBe(404);
  });

  it('further than /mcp with such a token, nor in with a token that is none', async () => {
    const { tokens } = await hand.grant(ada);
    const client = stack.agent.client.as(tokens['access_token'] ?? '');
    for (const path of ['/v1/connections?userId=ada', '/v1/tasks', '/v1/agents', '/my-account/identities'])
      expect((await client.get(path)).status).toBeGreaterThanOrEqual(401);
    expect((await client.post('/v1/sessions', { userId: 'ada' })).status).toBe(403);
    for (const bad of [tokens['refresh_token'], `vk_oauth_${'a'.repeat(43)}`, `${tokens['access_token']}x`])
      expect((await call(bad ?? '')).status).toBe(401);
    const named = await client.post('/mcp', mcpMessage('tools/list'), {
      ...mcpHeaders('tools/list'),
      'valetkey-user': 'eve',
    });
    expect(named.status).toBe(403);
  });
});
