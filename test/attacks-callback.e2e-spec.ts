import { request } from 'node:http';
import { answerConsent } from '@valetkey/twin';
import {
  APP_CALLBACK,
  Browser,
  Client,
  consentFromPage,
  openCallback,
  signInAtPage,
  startStack,
  startVerification,
  type Answer,
  type Page,
  type Stack,
} from './kit/index.js';

// RFC 9700: 2.1 redirect URIs, 4.2 credential leakage by referrers, 4.4 mix-up, 4.5 code injection, 4.7 CSRF,
// 4.11 open redirectors, 4.12 status 307, 4.16 clickjacking.

const READ_EVENTS = 'https://www.googleapis.com/auth/calendar.events.readonly';
const VERIFY = '/api/verification/social/verify';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['google', 'github'] });
});
afterAll(() => stack.close());

async function link(userId: string, members: object = {}): Promise<Answer['body']> {
  const wish = { userId, target: 'google', scopes: [READ_EVENTS], ...members };
  return (await stack.agent.client.post('/v1/authorizations', wish)).body;
}
const tokenOf = async (userId: string) => (await stack.user(userId)).credential as string;
const authorization = async (id: string) => (await stack.agent.client.get(`/v1/authorizations/${id}`)).body;
const connectionsOf = async (userId: string) =>
  (await stack.agent.client.get(`/v1/connections?userId=${userId}`)).body.data;

/** A browser whose user has agreed at the provider; our callback is not opened yet. */
async function agreed(userId: string, members: object = {}) {
  const { id, authorizationUri } = await link(userId, members);
  const browser = new Browser();
  await signInAtPage(browser, authorizationUri, await tokenOf(userId));
  return { id, authorizationUri, browser, callback: await consentFromPage(browser, authorizationUri) };
}

const at = (callback: string, target: string) =>
  callback.replace(/\/oauth\/callback\/[\w-]+/, `/oauth/callback/${target}`);
const changed = (url: string, members: Record<string, string>) => {
  const result = new URL(url);
  for (const [name, value] of Object.entries(members)) result.searchParams.set(name, value);
  return result.href;
};

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
    const page = await browser.open(changed(callback, { iss: 'https://accounts.evil.example' }));
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
    expect((await victim.browser.open(changed(victim.callback, { code }))).status).toBe(400);
    expect(await connectionsOf('forged-victim')).toEqual([]);
    expect(await connectionsOf('forged-attacker')).toEqual([]);
  });

  it('with a state that nobody gave out is refused', async () => {
    const { browser, callback } = await agreed('forged-state');
    for (const state of ['invented', '', 'x'.repeat(5000)])
      expect((await browser.open(changed(callback, { state }))).status).toBe(400);
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

  it('cannot be played twice, nor its code in another trip', async () => {
    const first = await agreed('replayed');
    await openCallback(first.browser, first.callback);
    expect((await first.browser.open(first.callback)).status).toBe(409);
    const second = await agreed('replayed', { scopes: ['https://www.googleapis.com/auth/drive.file'] });
    const code = new URL(first.callback).searchParams.get('code') as string;
    expect((await second.browser.open(changed(second.callback, { code }))).status).toBe(400);
    expect(await connectionsOf('replayed')).toHaveLength(1);
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

describe('our own forms', () => {
  it('are not taken from another site’s page, not even with the user’s cookies', async () => {
    const { id, authorizationUri } = await link('csrf');
    const browser = new Browser();
    await signInAtPage(browser, authorizationUri, await tokenOf('csrf'));
    for (const origin of ['https://evil.example', 'null', 'http://localhost:8080']) {
      for (const form of ['', '/rest']) {
        const page = await browser.submit(authorizationUri + form, {}, origin);
        expect([origin, form, page.status, page.location]).toEqual([origin, form, 403, undefined]);
      }
    }
    expect(await authorization(id)).toMatchObject({ status: 'pending' });
  });

  it('use cookies that no script reads and no other site’s form carries', async () => {
    const { authorizationUri } = await link('cookies');
    const id = new URL(authorizationUri).pathname.split('/').at(-1) as string;
    const form = { user_token: await tokenOf('cookies'), continue: id };
    const page = await new Browser().submit(
      `${stack.server.url}/connect/session`,
      form,
      new URL(APP_CALLBACK).origin,
    );
    expect(page.headers.getSetCookie().join()).toMatch(/HttpOnly/);
    expect(page.headers.getSetCookie().join()).toMatch(/SameSite=Lax/);
  });

  it('do not sign a victim in as the attacker', async () => {
    const { authorizationUri } = await link('login-csrf-attacker');
    const browser = new Browser();
    const page = await signInAtPage(
      browser,
      authorizationUri,
      await tokenOf('login-csrf-attacker'),
      'https://evil.example',
    );
    expect([page.status, browser.cookiesOf(stack.server.url).size]).toEqual([403, 0]);
    // The token in the address is nothing either.
    const token = await tokenOf('login-csrf-attacker');
    const planted = await browser.open(`${authorizationUri}?user_token=${token}`);
    expect(planted.status).toBe(401);
  });
});

describe('redirects', () => {
  it.each([
    'https://evil.example/',
    '//evil.example',
    'http://localhost.evil.example/callback',
    'http://localhost@evil.example/callback',
    'http://evil.example#http://localhost:8080/callback',
    'javascript:alert(1)',
    'data:text/html,x',
  ])('do not lead to %s', async (uri) => {
    const hosted = await stack.agent.client.post('/v1/authorizations', {
      userId: 'redirects',
      target: 'google',
      scopes: [READ_EVENTS],
      redirectUri: uri,
    });
    expect(hosted.status).toBe(400);
    const guide = await (
      await stack.user('redirects')
    ).post('/api/verification/social', {
      connectorId: 'google',
      state: 's',
      redirectUri: uri,
    });
    expect(guide.status).toBe(400);
  });

  it.each([
    '//evil.example',
    'https://evil.example',
    '../../evil',
    'aut_x/../../evil',
    'aut_x?to=//evil.example',
  ])('after sign-in do not lead to %s', async (to) => {
    const form = { user_token: await tokenOf('redirects'), continue: to };
    const page = await new Browser().submit(
      `${stack.server.url}/connect/session`,
      form,
      new URL(APP_CALLBACK).origin,
    );
    expect([page.status, page.location]).toEqual([400, undefined]);
  });

  it('are 303, so that no browser sends a form on with what it holds', async () => {
    const { authorizationUri } = await link('see-other');
    const id = new URL(authorizationUri).pathname.split('/').at(-1) as string;
    const browser = new Browser();
    const form = { user_token: await tokenOf('see-other'), continue: id };
    const signedIn = await browser.submit(
      `${stack.server.url}/connect/session`,
      form,
      new URL(APP_CALLBACK).origin,
    );
    const onward = await browser.submit(authorizationUri, {}, stack.server.url);
    const back = await browser.open(await answerConsent(onward.location as string));
    expect([signedIn, onward, back].map(({ status }) => status)).toEqual([303, 303, 303]);
  });
});

describe('what the pages give away', () => {
  it('is no code and no state: not in an address, not to a referrer, not to a cache', async () => {
    const { browser, callback } = await agreed('leaks');
    const back = await browser.open(callback);
    expect(back.headers.get('referrer-policy')).toBe('no-referrer');
    expect(back.headers.get('cache-control')).toBe('no-store');
    expect(new URL(back.location as string).search).toBe('');

    const { searchParams } = new URL(callback);
    const failed = await browser.open(callback);
    expect(failed.headers.get('referrer-policy')).toBe('no-referrer');
    for (const name of ['code', 'state']) expect(failed.html).not.toContain(searchParams.get(name));
  });

  it('is not what somebody wrote into the address', async () => {
    const { browser, callback } = await agreed('reflection');
    const words = {
      error: 'call_0800_EVIL',
      error_description: '<b>Call EVIL now</b>',
      error_uri: 'https://EVIL.example',
    };
    const page = await browser.open(changed(callback, words));
    expect(page.status).toBe(400);
    expect(page.html).not.toMatch(/EVIL/);
    const user = await stack.user('reflection');
    const { verificationRecordId, connectorData } = await startVerification(user, { target: 'google' });
    const { state } = connectorData;
    const answer = await user.post(VERIFY, { verificationRecordId, connectorData: { state, ...words } });
    expect([answer.status, answer.text.includes('EVIL')]).toEqual([400, false]);
  });

  it.each([
    ['access_denied', 403, 'authorization_denied'],
    ['invalid_scope', 400, 'scope_refused'],
    ['unauthorized_client', 502, 'connector_misconfigured'],
    ['temporarily_unavailable', 502, 'provider_unavailable'],
    ['login_required', 400, 'interaction_required'],
    ['__proto__', 400, 'authorization_failed'],
  ])('tells %s from the others', async (error, status, code) => {
    const { id, browser, callback } = await agreed(`told-${code}`);
    const { origin, pathname, searchParams } = new URL(callback);
    const query = new URLSearchParams({ state: searchParams.get('state') as string, error });
    expect((await browser.open(`${origin}${pathname}?${query}`)).status).toBe(status);
    expect(await authorization(id)).toMatchObject({ error: code });
  });

  it('is nothing to a page that frames them', async () => {
    const { authorizationUri } = await link('framed');
    const browser = new Browser();
    const pages: Page[] = [
      await browser.open(authorizationUri),
      await signInAtPage(browser, authorizationUri, await tokenOf('framed')),
      await browser.open(`${stack.server.url}/oauth/callback/google?state=x&code=y`),
    ];
    for (const { headers } of pages) {
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-frame-options')).toBeTruthy();
    }
  });

  it('does not follow the Host header', async () => {
    const response = await evilHost('/v1/authorizations', stack.agent.client, {
      userId: 'evil-host',
      target: 'google',
      scopes: [READ_EVENTS],
    });
    expect(response.authorizationUri).toMatch(new RegExp(`^${stack.server.url}/connect/`));
    expect(JSON.stringify(response)).not.toContain('evil.example');
  });
});

it('notes that a user was here who only saw our page', async () => {
  const { authorizationUri } = await link('seen-here');
  const seen = async () => (await stack.operator.get('/v1/operator/users/seen-here')).body.lastSeenAt;
  expect(await seen()).toBeUndefined();
  await signInAtPage(new Browser(), authorizationUri, await tokenOf('seen-here'));
  expect(await seen()).toEqual(expect.any(String));
});

/** A request with forged host headers, which `fetch` does not let through. */
async function evilHost(path: string, { credential }: Client, body: object) {
  const { hostname, port } = new URL(stack.server.url);
  return new Promise<Record<string, string>>((resolve, reject) => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      'content-type': 'application/json',
      authorization: `Bearer ${credential}`,
    };
    const outgoing = request({ hostname, port, path, method: 'POST', headers }, (incoming) => {
      let text = '';
      incoming.on('data', (chunk) => (text += String(chunk)));
      incoming.on('end', () => resolve(JSON.parse(text) as Record<string, string>));
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(body));
  });
}
