import {
  Browser,
  consentFromPage,
  hostedConnect,
  openCallback,
  query,
  signInAtPage,
  startStack,
  until,
  type Answer,
  type Stack,
} from './kit/index.js';

const CALENDAR = 'https://www.googleapis.com/auth/calendar';
const READ_EVENTS = `${CALENDAR}.events.readonly`;
const EVENTS = `${CALENDAR}.events`;
const SEND_MAIL = 'https://www.googleapis.com/auth/gmail.send';
const ALAN = { account: 'alan@example.com' };

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['google', 'github'] });
});
afterAll(() => stack.close());

const link = (userId: string, members: object = {}) =>
  stack.agent.client.post('/v1/authorizations', {
    userId,
    target: 'google',
    scopes: [READ_EVENTS],
    ...members,
  });
const tokenOf = async (userId: string) => (await stack.user(userId)).credential as string;
const authorization = async (id: string) => (await stack.agent.client.get(`/v1/authorizations/${id}`)).body;
const connectionsOf = async (userId: string): Promise<Answer['body'][]> =>
  (await stack.agent.client.get(`/v1/connections?userId=${userId}`)).body.data;

/** A user with Ada's account connected. */
async function connected(userId: string): Promise<{ token: string; ada: Answer['body'] }> {
  const token = await tokenOf(userId);
  await hostedConnect((await link(userId)).body.authorizationUri, token);
  const [ada] = await connectionsOf(userId);
  return { token, ada };
}

const read = async (userId: string, connectionId: string) =>
  (await stack.user(userId)).get(`/my-account/identities/google/access-token?connectionId=${connectionId}`);

describe('a link that names a connection', () => {
  it('refuses another account, changes nothing and tells the user which one is meant', async () => {
    const { token, ada } = await connected('widen-wrong');
    const before = (await read('widen-wrong', ada.id)).body;
    const { body } = await link('widen-wrong', { scopes: [SEND_MAIL], connectionId: ada.id });
    expect(body).toMatchObject({ status: 'pending', connectionId: ada.id });

    const { browser, page } = await hostedConnect(body.authorizationUri, token, ALAN);
    expect(page.status).toBe(409);
    expect(page.html).toContain('This is for the account ada@example.com');
    expect(await connectionsOf('widen-wrong')).toEqual([
      expect.objectContaining({ id: ada.id, scopes: ada.scopes }),
    ]);
    expect((await read('widen-wrong', ada.id)).body.accessToken).toBe(before.accessToken);
    expect(await authorization(body.id)).toMatchObject({ status: 'failed', error: 'account_mismatch' });

    // The way stays open, for the right account.
    const again = await browser.open(body.authorizationUri);
    expect(again.html).toContain('Please choose ada@example.com');
    const asked = await browser.submit(body.authorizationUri, {}, stack.server.url);
    expect(new URL(asked.location as string).searchParams.get('prompt')).toContain('select_account');
    await hostedConnect(body.authorizationUri, token, { account: 'ada@example.com' });
    expect((await connectionsOf('widen-wrong'))[0].scopes).toEqual(
      expect.arrayContaining([READ_EVENTS, SEND_MAIL]),
    );
  });

  it('has the other account’s grant ended at the provider, unless somebody uses that account', async () => {
    const { token, ada } = await connected('widen-ended');
    const { body } = await link('widen-ended', { connectionId: ada.id, scopes: [SEND_MAIL] });
    await hostedConnect(body.authorizationUri, token, ALAN);
    await until('the revocation', () => !hasGrantOfAlan());

    const alan = await connectAlan('alan-himself');
    await hostedConnect(body.authorizationUri, token, ALAN);
    await until('the end of every revocation', async () => {
      const open = await query(
        stack.server.embeddedDatabaseUrl,
        `SELECT 1 FROM revocations WHERE status = 'pending'`,
      );
      return open.length === 0;
    });
    expect((await read('alan-himself', alan)).status).toBe(200);
    expect(hasGrantOfAlan()).toBe(true);
  });

  it('revives a connection that was disconnected, under its old id', async () => {
    const { token, ada } = await connected('revived');
    await (await stack.user('revived')).delete(`/my-account/connections/${ada.id}`);
    const { body } = await link('revived', { connectionId: ada.id });
    await hostedConnect(body.authorizationUri, token);
    expect(await connectionsOf('revived')).toEqual([
      expect.objectContaining({ id: ada.id, status: 'active', refreshable: true }),
    ]);
  });

  it.each([
    ['a connection of another user', async () => (await connected('widen-victim')).ada.id, 404, 'not_found'],
    ['a connection that is not there', async () => 'con_none', 404, 'not_found'],
  ])('is not made for %s', async (_, id, status, code) => {
    const answer = await link('widen-thief', { connectionId: await id() });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is not made for a connection at another connector', async () => {
    const { ada } = await connected('widen-elsewhere');
    const answer = await link('widen-elsewhere', {
      target: 'github',
      scopes: ['repo'],
      connectionId: ada.id,
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'connection_mismatch']);
  });

  it('is what a call that lacks a scope answers with', async () => {
    const { token, ada } = await connected('widen-by-call');
    const refused = await stack.agent.client.post('/v1/actions/gmail.messages.send', {
      userId: 'widen-by-call',
      input: { to: ['bob@example.com'], subject: 'S', text: 'T' },
    });
    expect(refused.body).toMatchObject({ code: 'insufficient_scope', connectionId: ada.id });
    const { page } = await hostedConnect(refused.body.authorizationUri, token, ALAN);
    expect(page.status).toBe(409);
    expect(await connectionsOf('widen-by-call')).toHaveLength(1);
  });
});

function hasGrantOfAlan(): boolean {
  const { accounts, grants } = stack.twin.control.state();
  const ids = new Set(accounts.filter(({ email }) => email === ALAN.account).map(({ id }) => id));
  return grants.some(({ accountId }) => ids.has(accountId));
}

async function connectAlan(userId: string): Promise<string> {
  await hostedConnect((await link(userId)).body.authorizationUri, await tokenOf(userId), ALAN);
  return (await connectionsOf(userId))[0].id;
}

describe('a second account', () => {
  it('becomes a connection of its own, and reading without a name asks which', async () => {
    const { token, ada } = await connected('two');
    const { body } = await link('two', { scopes: [EVENTS] });
    await hostedConnect(body.authorizationUri, token, ALAN);
    const [alan, first] = await connectionsOf('two');
    expect([alan.account.email, first.id]).toEqual(['alan@example.com', ada.id]);
    const user = await stack.user('two');
    const GUIDE = '/my-account/identities/google/access-token';
    const asked = await user.get(GUIDE);
    expect([asked.status, asked.body.connections.length]).toEqual([409, 2]);
    expect((await user.get(`${GUIDE}?connectionId=${alan.id}`)).status).toBe(200);
    await user.delete(`/my-account/connections/${ada.id}`);
    expect((await user.get(GUIDE)).status).toBe(200);
  });

  it('gets the alias of its link, and is asked for by the provider’s account page', async () => {
    const { token, ada } = await connected('aliased');
    const { body, status } = await link('aliased', { alias: 'work' });
    expect([status, body.alias]).toEqual([201, 'work']);
    const browser = new Browser();
    await signInAtPage(browser, body.authorizationUri, token);
    const onward = await browser.submit(body.authorizationUri, {}, stack.server.url);
    const { searchParams } = new URL(onward.location as string);
    expect([searchParams.get('login_hint'), searchParams.get('prompt')]).toEqual([
      null,
      'select_account consent',
    ]);
    await openCallback(browser, await consentFromPage(browser, body.authorizationUri, ALAN));
    const [alan] = await connectionsOf('aliased');
    expect(alan).toMatchObject({ alias: 'work', account: { email: 'alan@example.com' } });
    expect((await read('aliased', ada.id)).status).toBe(200);

    const taken = await link('aliased', { alias: 'work' });
    expect([taken.status, taken.body.code]).toEqual([409, 'alias_taken']);
    expect((await link('somebody-else', { alias: 'work' })).status).toBe(201);
  });

  it('keeps its grant when its alias was taken on the way', async () => {
    const token = await tokenOf('alias-race');
    const [one, two] = [
      await link('alias-race', { alias: 'work' }),
      await link('alias-race', { alias: 'work', scopes: [EVENTS] }),
    ];
    await hostedConnect(one.body.authorizationUri, token);
    await hostedConnect(two.body.authorizationUri, token, ALAN);
    const found = await connectionsOf('alias-race');
    expect(found.map(({ alias, status }) => [alias, status])).toEqual([
      [undefined, 'active'],
      ['work', 'active'],
    ]);
  });

  it.each(['', ' ', 'x'.repeat(65)])('is not named %j', async (alias) => {
    expect((await link('badly-named', { alias })).status).toBe(400);
  });
});
