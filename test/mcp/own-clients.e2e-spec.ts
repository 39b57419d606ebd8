/** Clients that users bring themselves: from an address alone to a tool call. */
import {
  answerLetIn,
  Browser,
  legacyMcp,
  mcpHeaders,
  mcpMessage,
  openLetIn,
  OwnClient,
  OAuthByHand,
  described,
  documentServer,
  startStack,
  type Client,
  type Stack,
} from '../kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const LIST = 'google-calendar__events__list';
const CREATE = 'google-calendar__events__create';

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
const url = (path: string) => new URL(path, stack.server.url).href;

const call = (accessToken: string) =>
  stack.agent.client
    .as(accessToken)
    .post('/mcp', mcpMessage('tools/call', { name: LIST, arguments: {} }), mcpHeaders('tools/call', LIST));

describe('as long as no agent is open to them', () => {
  it('there is no authorization server', async () => {
    for (const path of [
      '/.well-known/oauth-protected-resource/mcp',
      '/.well-known/oauth-authorization-server',
    ])
      expect((await fetch(url(path))).status).toBe(404);
    expect((await hand.register()).status).toBe(404);
  });
});

describe('a client that is given the address alone', () => {
  beforeAll(async () => {
    expect((await open(true)).status).toBe(200);
  });

  it('finds its way, asks the user, acts for them, and refreshes by itself', async () => {
    const client = new OwnClient(stack.server.url);
    const browser = new Browser();
    const { page, pageUrl } = await openLetIn(browser, await client.start(), ada.credential ?? '');
    expect(page.html).toContain('Terminal client');
    expect(page.html).toContain('a program on this computer');
    expect(page.html).toContain('e2e agent');
    await client.finish(await answerLetIn(browser, pageUrl, { agent: stack.agent.id }));
    const listed = await client.mcp.callTool({ name: LIST, arguments: {} });
    expect(listed.isError).toBeFalsy();

    const { tokens } = client.stored;
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 600, scope: 'mcp' });
    Object.assign(client.stored, { tokens: { ...tokens, access_token: 'vk_oauth_expired' } });
    expect((await client.mcp.callTool({ name: LIST, arguments: {} })).isError).toBeFalsy();
    expect(client.stored.tokens?.refresh_token).not.toBe(tokens?.refresh_token);
    await client.mcp.close();

    const { body } = await stack.operator.get('/v1/audit-events?userId=ada&type=session.created&limit=1');
    const { sessionId, clientName } = body.data[0].detail;
    expect(clientName).toBe('Terminal client');
    const used = await stack.operator.get('/v1/audit-events?userId=ada&type=action.run&limit=1');
    expect(used.body.data[0]).toMatchObject({ agentId: stack.agent.id, keyId: sessionId, userId: 'ada' });
  });

  it('is known by its metadata document, and the page says where that is', async () => {
    const client = new OwnClient(stack.server.url, documents.serve('/client.json', described));
    const address = await client.start();
    expect(address.searchParams.get('client_id')).toBe(`${documents.base}/client.json`);
    const browser = new Browser();
    const { page, pageUrl } = await openLetIn(browser, address, ada.credential ?? '');
    expect(page.html).toContain('Described client');
    expect(page.html).toContain(new URL(documents.base).host);
    expect(page.html).not.toContain('nobody has checked');
    await client.finish(await answerLetIn(browser, pageUrl, { agent: stack.agent.id }));
    expect((await client.mcp.callTool({ name: LIST, arguments: {} })).isError).toBeFalsy();
    await client.mcp.close();
  });

  it('says with its 401 where to ask, and shows metadata that fits', async () => {
    const refused = await fetch(hand.resource, { method: 'POST', body: '{}' });
    const metadata = url('/.well-known/oauth-protected-resource/mcp');
    expect(refused.headers.get('www-authenticate')).toContain(`resource_metadata="${metadata}"`);
    const described = (await (await fetch(metadata)).json()) as Record<string, unknown>;
    expect(described).toMatchObject({ resource: hand.resource, authorization_servers: [stack.server.url] });
    const server = await (await fetch(url('/.well-known/oauth-authorization-server'))).json();
    expect(server).toMatchObject({
      issuer: stack.server.url,
      authorization_endpoint: url('/oauth2/authorize'),
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      client_id_metadata_document_supported: true,
      authorization_response_iss_parameter_supported: true,
    });
    // The address is ours, whatever a client calls us.
    const spoofed = await fetch(url('/.well-known/oauth-authorization-server'), {
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    });
    expect(JSON.stringify(await spoofed.json())).not.toContain('evil.example');
  });

  it('gets no more than the user chose', async () => {
    const { tokens } = await hand.grant(ada, { readOnly: true });
    const mcp = await legacyMcp(stack.agent.client.as(tokens['access_token'] ?? ''), {
      path: '/mcp?tools=direct',
    });
    const names = (await mcp.list()).map(({ name }) => name);
    expect(names).toContain(LIST);
    expect(names).not.toContain(CREATE);
    expect(names.filter((name) => name.startsWith('github'))).toEqual([]);
    expect((await mcp.call(CREATE, { summary: 'No' })).structuredContent).toMatchObject({
      code: 'tool_not_in_session',
    });
    await mcp.close();
  });

  it('is told when the user declines, and gets nothing when they choose nothing', async () => {
    const { clientId } = await hand.register();
    const browser = new Browser();
    const { pageUrl } = await openLetIn(browser, hand.authorizeUrl(clientId), ada.credential ?? '');
    const nothing = { agent: stack.agent.id, providers: [] };
    await expect(answerLetIn(browser, pageUrl, nothing)).rejects.toThrow('choose at least one');
    const back = new URL(await answerLetIn(browser, pageUrl, { decision: 'decline' }));
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'st',
      iss: stack.server.url,
    });
  });

  it('asks a user who is not signed in to sign in at the app', async () => {
    const { clientId } = await hand.register();
    const browser = new Browser();
    const page = await browser.follow(await browser.open(hand.authorizeUrl(clientId)));
    expect(page.status).toBe(401);
    expect(page.html).toMatch(/href="http:\/\/localhost:9\/in\?continue=clients%2F[\w-]+"/);
  });
});

describe('what a user has let in', () => {
  it('is listed on their page, and ends there at once, for them alone', async () => {
    const granted = await hand.grant(ada);
    const { tokens } = granted;
    expect((await call(tokens['access_token'] ?? '')).status).toBe(200);
    const as = (user: Client) => ({ headers: { authorization: `Bearer ${user.credential}` } });
    const page = await (await fetch(url('/connect/clients'), as(ada))).text();
    const ids = [...page.matchAll(/clients\/(ses_\w+)\/end/g)].map(([, id]) => id);
    expect(await (await fetch(url('/connect/clients'), as(eve))).text()).not.toContain('Scripted');
    const end = (user: Client) =>
      fetch(url(`/connect/clients/${ids[0]}/end`), { method: 'POST', redirect: 'manual', ...as(user) });
    expect((await end(eve)).status).toBe(404);
    expect((await call(tokens['access_token'] ?? '')).status).toBe(200);
    expect((await end(ada)).status).toBe(303);
    expect((await call(tokens['access_token'] ?? '')).status).toBe(401);
    const refreshed = await hand.refresh(granted);
    expect([refreshed.status, refreshed.body['error']]).toEqual([400, 'invalid_grant']);
  });

  it('ends when an operator closes the agent, and for the operator by its id', async () => {
    const { tokens } = await hand.grant(ada);
    await open(false);
    expect((await call(tokens['access_token'] ?? '')).status).toBe(401);
    await open(true);
    expect((await call(tokens['access_token'] ?? '')).status).toBe(200);
    const { body } = await stack.operator.get('/v1/audit-events?userId=ada&type=session.created&limit=1');
    const { sessionId } = body.data[0].detail;
    const read = await stack.operator.get(`/v1/sessions/${sessionId}`);
    expect(read.body).toMatchObject({ userId: 'ada', client: { name: 'Scripted' } });
    expect((await stack.agent.client.get(`/v1/sessions/${sessionId}`)).status).toBe(404);
    expect((await stack.operator.delete(`/v1/sessions/${sessionId}`)).status).toBe(200);
    expect((await call(tokens['access_token'] ?? '')).status).toBe(401);
  });
});
