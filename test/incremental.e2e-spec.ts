import { answerConsent, TWIN_CLIENT_IDS } from '@valetkey/twin';
import {
  APP_CALLBACK,
  connectAccount,
  consentFromPage,
  hostedConnect,
  openCallback,
  signInAtPage,
  Browser,
  startStack,
  startVerification,
  type Answer,
  type Stack,
} from './kit/index.js';

const READ_EVENTS = 'https://www.googleapis.com/auth/calendar.events.readonly';
const SEND_MAIL = 'https://www.googleapis.com/auth/gmail.send';
const LIST = 'google-calendar.events.list';
const SEND = 'gmail.messages.send';
const TOKEN = '/my-account/identities/google/access-token';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['google', 'github'] });
});
afterAll(() => stack.close());
/** The account of the twin is one for all users: without this, an earlier test's consent would answer for the next. */
beforeEach(() => {
  stack.twin.control.revokeTokens({});
  stack.twin.control.updateClient(TWIN_CLIENT_IDS.google, { ignoresGrantedScopes: false });
});

async function link(userId: string, members: object): Promise<Answer['body']> {
  return (await stack.agent.client.post('/v1/authorizations', { userId, target: 'google', ...members })).body;
}
const tokenOf = async (userId: string) => (await stack.user(userId)).credential as string;
const authorization = async (id: string) => (await stack.agent.client.get(`/v1/authorizations/${id}`)).body;
const connectionOf = async (userId: string) =>
  (await stack.agent.client.get(`/v1/connections?userId=${userId}`)).body.data[0];
const list = (userId: string) => stack.agent.client.post(`/v1/actions/${LIST}`, { userId, input: {} });

describe('a grant in part', () => {
  it('is told in plain words, with a button that asks for the rest and keeps what is there', async () => {
    const { id, authorizationUri } = await link('partly', { actions: [LIST, SEND] });
    const { browser, page } = await hostedConnect(authorizationUri, await tokenOf('partly'), {
      untick: [SEND_MAIL],
    });
    expect(page.status).toBe(200);
    expect(page.html).toContain('is connected, in part');
    const section = (name: string) => new RegExp(`id="${name}"><ul>(.*?)</ul>`).exec(page.html)?.[1];
    expect(section('not-granted')).toMatch(/^<li>[^<]*mail[^<]*<\/li>$/i);
    expect(section('blocked')).toMatch(/^<li>[^<]*send[^<]*<\/li>$/i);
    expect(await authorization(id)).toMatchObject({
      status: 'completed',
      grantedScopes: expect.arrayContaining([READ_EVENTS]),
      missingScopes: [SEND_MAIL],
    });
    expect((await list('partly')).status).toBe(200);

    const rest = await browser.submit(`${authorizationUri}/rest`, {}, stack.server.url);
    const asked = new URL(rest.location as string).searchParams;
    expect([asked.get('scope'), asked.get('include_granted_scopes')]).toEqual([
      `openid email ${SEND_MAIL}`,
      'true',
    ]);
    const end = await openCallback(browser, await answerConsent(rest.location as string));
    expect(end.html).toContain('Google is connected<');
    expect((await connectionOf('partly')).scopes).toEqual(expect.arrayContaining([READ_EVENTS, SEND_MAIL]));
    expect((await browser.submit(`${end.url}/rest`, {}, stack.server.url)).status).toBe(409);
  });

  it('is told to the app that the user goes back to', async () => {
    const request = { actions: [LIST, SEND], redirectUri: APP_CALLBACK };
    const { authorizationUri } = await link('partly-back', request);
    const { page } = await hostedConnect(authorizationUri, await tokenOf('partly-back'), {
      untick: [SEND_MAIL],
    });
    const { searchParams } = new URL(page.location as string);
    expect([searchParams.get('status'), searchParams.get('missingScopes')]).toEqual(['completed', SEND_MAIL]);
  });

  it('is told by the guide’s steps, which else answer as printed', async () => {
    const user = await stack.user('partly-guide');
    const answer = { untick: [SEND_MAIL] };
    const verification = await startVerification(user, {
      target: 'google',
      scope: `${READ_EVENTS} ${SEND_MAIL}`,
      answer,
    });
    const verified = await user.post('/api/verification/social/verify', verification);
    const { verificationRecordId } = verification;
    expect(verified.body).toEqual({
      verificationRecordId,
      grantedScopes: expect.arrayContaining([READ_EVENTS]),
      missingScopes: [SEND_MAIL],
    });
    const stored = await user.put(TOKEN, { verificationRecordId });
    expect(stored.body).toMatchObject({ accessToken: expect.any(String), missingScopes: [SEND_MAIL] });
    const asLogto = await user.put(`/api${TOKEN}`, { verificationRecordId });
    expect(asLogto.body).toMatchObject({ access_token: expect.any(String), missing_scopes: [SEND_MAIL] });
    const whole = await connectAccount(user, { target: 'google', scope: SEND_MAIL });
    expect(Object.keys(whole.body).sort()).toEqual([
      'accessToken',
      'expiresAt',
      'expiresIn',
      'scope',
      'tokenType',
    ]);
  });
});

describe('an upgrade that fails', () => {
  it.each([
    ['the user declines', 'declined', { decision: 'deny' as const }, undefined],
    ['the provider errs', 'erred', {}, 'server_error' as const],
    ['the provider refuses the code', 'refused', {}, 'invalid_grant' as const],
    ['the answer is lost', 'lost', {}, 'answer_lost' as const],
  ])('because %s leaves the old grant as it was', async (_, name, answer, fault) => {
    const userId = `upgrade-${name}`;
    const user = await stack.connected(userId, { target: 'google', scope: READ_EVENTS });
    const before = await connectionOf(userId);
    const { accessToken } = (await user.get(TOKEN)).body;
    const match = { path: '/token' };
    if (fault) stack.twin.control.addFault({ provider: 'google', fault, match, times: 1 });
    const { authorizationUri, id } = await link(userId, { actions: [SEND] });
    const { page } = await hostedConnect(authorizationUri, user.credential as string, answer);
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(await authorization(id)).toMatchObject({ error: expect.any(String) });
    const after = await connectionOf(userId);
    expect([after.id, after.scopes, after.status]).toEqual([before.id, before.scopes, 'active']);
    expect((await user.get(TOKEN)).body.accessToken).toBe(accessToken);
    expect((await list(userId)).status).toBe(200);
  });
});

describe('a provider that is told to add up, and drops what was there', () => {
  it('leaves the old token set in place, and the user goes on to one consent for all', async () => {
    const user = await stack.connected('dropped', { target: 'google', scope: READ_EVENTS });
    const token = user.credential as string;
    const { accessToken } = (await user.get(TOKEN)).body;
    stack.twin.control.updateClient(TWIN_CLIENT_IDS.google, { ignoresGrantedScopes: true });
    const request = { actions: [SEND], redirectUri: APP_CALLBACK };
    const { authorizationUri, id } = await link('dropped', request);
    const { browser, page } = await hostedConnect(authorizationUri, token);
    expect([page.status, page.url]).toEqual([200, authorizationUri]);
    expect(page.html).toContain('What works now still works');
    expect((await user.get(TOKEN)).body.accessToken).toBe(accessToken);
    expect((await list('dropped')).status).toBe(200);
    expect(await authorization(id)).toMatchObject({ status: 'pending', error: 'scopes_dropped' });

    const end = await openCallback(browser, await consentFromPage(browser, authorizationUri));
    expect(end.location).toContain('status=completed');
    expect((await connectionOf('dropped')).scopes).toEqual(expect.arrayContaining([READ_EVENTS, SEND_MAIL]));
    expect((await list('dropped')).status).toBe(200);

    // It is remembered, also by the next process.
    await stack.server.restart();
    const next = await link('dropped', { scopes: ['https://www.googleapis.com/auth/drive.file'] });
    const other = new Browser();
    await signInAtPage(other, next.authorizationUri, token);
    const onward = await other.submit(next.authorizationUri, {}, stack.server.url);
    expect(new URL(onward.location as string).searchParams.get('scope')).toContain(READ_EVENTS);
  });

  it('is survived by the guide’s steps: the next trip asks for all', async () => {
    const user = await stack.connected('dropped-guide', { target: 'google', scope: READ_EVENTS });
    stack.twin.control.updateClient(TWIN_CLIENT_IDS.google, { ignoresGrantedScopes: true });
    const first = await connectAccount(user, { target: 'google', scope: SEND_MAIL });
    expect(first.body).toMatchObject({
      missingScopes: [SEND_MAIL],
      scope: expect.stringContaining(READ_EVENTS),
    });
    const second = await connectAccount(user, { target: 'google', scope: SEND_MAIL });
    expect(second.body.scope.split(' ')).toEqual(expect.arrayContaining([READ_EVENTS, SEND_MAIL]));
  });

  it('is told from a user who takes back what was asked for by name', async () => {
    const user = await stack.connected('takes-back', { target: 'google', scope: READ_EVENTS });
    stack.twin.control.revokeTokens({});
    await stack.agent.client.post(`/v1/connections/${(await connectionOf('takes-back')).id}/refresh`);
    const { authorizationUri } = await link('takes-back', { actions: [SEND] });
    await hostedConnect(authorizationUri, user.credential as string, { untick: [READ_EVENTS] });
    const { scopes, reason } = await connectionOf('takes-back');
    expect([scopes.includes(READ_EVENTS), scopes.includes(SEND_MAIL), reason]).toEqual([
      false,
      true,
      undefined,
    ]);
  });
});

it('keeps every scope of each of several accounts at a provider without a union', async () => {
  const user = await stack.connected('two-hubs', { target: 'github', scope: 'repo' });
  const answer = { account: 'alan@example.com' };
  await connectAccount(user, { target: 'github', scope: 'repo', answer });
  // Asked with the new scope alone, GitHub would give a token of only that.
  await connectAccount(user, { target: 'github', scope: 'gist' });
  const second = await connectAccount(user, { target: 'github', scope: 'gist' });
  expect(second.body.scope.split(' ')).toEqual(expect.arrayContaining(['repo', 'gist']));
});
