import { request } from 'node:http';
import { answerConsent } from '@valetkey/twin';
import {
  agreedTrip,
  APP_CALLBACK,
  Browser,
  Client,
  makeLink,
  signInAtPage,
  startStack,
  startVerification,
  until,
  withQuery,
  type Page,
  type Stack,
} from '../kit/index.js';

// RFC 9700: redirect URIs (2.1), referrers (4.2), CSRF (4.7), open redirectors (4.11), 307 (4.12), clickjacking (4.16).

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
    const elsewhere = await new Browser().open(callback);
    expect([elsewhere.status, elsewhere.headers.get('cache-control')]).toEqual([403, 'no-store']);
    expect(elsewhere.headers.get('referrer-policy')).toBe('no-referrer');
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
    const page = await browser.open(withQuery(callback, words));
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
  await until('the note of it', async () => typeof (await seen()) === 'string');
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
