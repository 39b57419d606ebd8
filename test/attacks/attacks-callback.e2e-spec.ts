import {
  agreedTrip,
  Browser,
  makeLink,
  openCallback,
  query,
  signInAtPage,
  startStack,
  startVerification,
  withQuery,
  type Stack,
} from '../kit/index.js';

// RFC 9700: mix-up (4.4), code injection (4.5), CSRF (4.7).

const READ_EVENTS = 'https://www.googleapis.com/auth/calendar.events.readonly';
const VERIFY = '/api/verification/social/verify';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['google', 'github'] });
});
afterAll(() => stack.close());

const agreed = (userId: string, members?: object) => agreedTrip(stack, userId, members);
const link = (userId: string, members?: object) => makeLink(stack, userId, members);
const tokenOf = async (userId: string) => (await stack.user(userId)).credential as string;
const authorization = async (id: string) => (await stack.agent.client.get(`/v1/authorizations/${id}`)).body;
const connectionsOf = async (userId: string) =>
  (await stack.agent.client.get(`/v1/connections?userId=${userId}`)).body.data;

const at = (callback: string, target: string) =>
  callback.replace(/\/oauth\/callback\/[\w-]+/, `/oauth/callback/${target}`);

describe('mix-up of two authorization servers', () => {
  it('is stopped by a callback of its own for each connector', async () => {
    const google = await agreed('mixed-up');
    const hub = await link('mixed-up', { target: 'github', scopes: ['repo'] });
    const asked = await google.browser.submit(hub.authorizationUri, {}, stack.server.url);
    expect(new URL(asked.location as string).searchParams.get('redirect_uri')).toBe(
      `${stack.server.url}/oauth/callback/github`,
    );

    const { id, authorizationUri, browser, callback } = await agreed('mixed-up-2');
    expect(new URL(callback).pathname).toBe('/oauth/callback/google');
    stack.twin.control.clearCalls();
    const crossed = await browser.open(at(callback, 'github'));
    expect(crossed.status).toBe(400);
    expect(stack.twin.control.calls({ path: '*token*' })).toEqual([]);
    const { body } = await stack.operator.get(`/v1/audit-events?userId=mixed-up-2&type=authorization.failed`);
    expect(body.data[0].detail).toEqual({ authorizationId: id, code: 'connector_mismatch' });

    // The trip itself is not harmed.
    expect((await openCallback(browser, callback)).url).toBe(authorizationUri);
    expect(await authorization(id)).toMatchObject({ status: 'completed' });
  });

  it('knows no callback that is everybody’s', async () => {
    const { browser, callback } = await agreed('mixed-up-3');
    expect((await browser.open(callback.replace('/oauth/callback/google', '/oauth/callback'))).status).toBe(
      404,
    );
    expect((await browser.open(at(callback, 'nobody'))).status).toBe(400);
  });

  it('is stopped by the issuer where the provider names it', async () => {
    const { id, browser, callback } = await agreed('mixed-up-4');
    stack.twin.control.clearCalls();
    const page = await browser.open(withQuery(callback, { iss: 'https://accounts.evil.example' }));
    expect(page.status).toBe(400);
    expect(stack.twin.control.calls({ path: '/token' })).toEqual([]);
    expect(await authorization(id)).toMatchObject({ error: 'issuer_mismatch' });
  });
});

describe('a forged callback', () => {
  it('with the attacker’s own code does not connect the attacker’s account to the victim', async () => {
    const [victim, attacker] = [await agreed('forged-victim'), await agreed('forged-attacker')];
    // The attacker's whole answer in the victim's browser: another browser began that trip.
    expect((await victim.browser.open(attacker.callback)).status).toBe(403);
    // The attacker's code under the victim's state: the verifier does not fit.
    const code = new URL(attacker.callback).searchParams.get('code') as string;
    expect((await victim.browser.open(withQuery(victim.callback, { code }))).status).toBe(400);
    expect(await connectionsOf('forged-victim')).toEqual([]);
    expect(await connectionsOf('forged-attacker')).toEqual([]);
  });

  it('with a state that nobody gave out is refused', async () => {
    const { browser, callback } = await agreed('forged-state');
    for (const state of ['invented', '', 'x'.repeat(5000)])
      expect((await browser.open(withQuery(callback, { state }))).status).toBe(400);
    expect((await openCallback(browser, callback)).status).toBe(200);
  });

  it('cannot bring a state along into the trip of somebody else', async () => {
    const { authorizationUri } = await link('fixed-state');
    const browser = new Browser();
    await signInAtPage(browser, `${authorizationUri}?state=fixed`, await tokenOf('fixed-state'));
    const onward = await browser.submit(
      `${authorizationUri}?state=fixed`,
      { state: 'fixed' },
      stack.server.url,
    );
    const state = new URL(onward.location as string).searchParams.get('state');
    expect(state).toMatch(/^[\w-]{40,}$/);
  });

  it('spends its code once, in its own browser and its own trip', async () => {
    const first = await agreed('replayed');
    stack.twin.control.clearCalls();
    await openCallback(first.browser, first.callback);
    expect((await openCallback(first.browser, first.callback)).status).toBe(200);
    expect((await new Browser().open(first.callback)).status).toBe(403);
    expect(stack.twin.control.calls({ grantType: 'authorization_code' })).toHaveLength(1);
    const second = await agreed('replayed', { scopes: ['https://www.googleapis.com/auth/drive.file'] });
    const code = new URL(first.callback).searchParams.get('code') as string;
    expect((await second.browser.open(withQuery(second.callback, { code }))).status).toBe(400);
    expect(await connectionsOf('replayed')).toHaveLength(1);
  });

  it('cannot be kept for later: after ten minutes its code is not spent', async () => {
    const { id, browser, callback } = await agreed('kept-for-later');
    await query(
      stack.server.embeddedDatabaseUrl,
      `UPDATE authorizations SET expires_at = now() - interval '1 second' WHERE id = $1`,
      [id],
    );
    stack.twin.control.clearCalls();
    expect((await browser.open(callback)).status).toBe(410);
    expect(stack.twin.control.calls({ path: '*token*' })).toEqual([]);
    expect(await connectionsOf('kept-for-later')).toEqual([]);
  });

  it('of the guide’s record cannot be played at our own callback, nor the other way round', async () => {
    const user = await stack.user('crossed-kinds');
    const { connectorData } = await startVerification(user, { target: 'google', scope: READ_EVENTS });
    const { browser } = await agreed('crossed-kinds');
    const query = new URLSearchParams({ code: connectorData.code ?? '', state: connectorData.state ?? '' });
    expect((await browser.open(`${stack.server.url}/oauth/callback/google?${query}`)).status).toBe(400);
    const hosted = await agreed('crossed-kinds-2');
    const { searchParams } = new URL(hosted.callback);
    const answer = await (
      await stack.user('crossed-kinds-2')
    ).post(VERIFY, {
      verificationRecordId: hosted.id,
      connectorData: Object.fromEntries(searchParams),
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'verification_record.not_found']);
  });
});
