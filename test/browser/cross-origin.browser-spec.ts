import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { guideFunctions } from '../fixtures/guide-functions.js';
import { startStack, type Stack } from '../kit/index.js';
import { launchChromium } from './chromium.js';

const TOKEN_PATH = '/my-account/identities/google/access-token';

let stack: Stack;
let browser: Browser;
let app: Site;
let stranger: Site;
beforeAll(async () => {
  app = await startSite();
  stranger = await startSite();
  stack = await startStack({ targets: ['google'], env: { VALETKEY_REDIRECT_URIS: app.callback } });
  stack.twin.control.registerRedirectUri([app.callback]);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await stack.close();
  for (const { server } of [app, stranger]) server.close();
});

interface Site {
  readonly server: Server;
  readonly origin: string;
  readonly callback: string;
}

/** A calling app's own server. Browsers let no page reach this machine that does not come from it. */
async function startSite(): Promise<Site> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><html lang="en"><title>App</title><link rel="icon" href="data:,"></html>');
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return { server, origin, callback: `${origin}/callback` };
}

/** A page of this site, with the functions of the guide in its scripts. */
async function pageOf({ origin }: Site): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const surroundings = {
    host: stack.server.url,
    googleCalendarApi: `${stack.twin.url}/google/calendar/v3`,
    googleConnectorId: 'google',
    callback: app.callback,
  };
  await page.addInitScript(
    `globalThis.guide = (${String(guideFunctions)})({ ...${JSON.stringify(surroundings)}, sessionStorage, window });`,
  );
  await page.goto(`${origin}/app`);
  return page;
}

/** As much of fetch's own as goes into the page. */
type Init = Pick<RequestInit, 'method' | 'headers' | 'credentials'> & { readonly body?: string };

interface Asked {
  readonly path: string;
  readonly init?: Init;
}

/** The part of a response that a script of the page can read; `blocked` when the browser withholds it. */
const fetchIn = (page: Page, asked: Asked) =>
  page.evaluate(
    async ({ url, init }) => {
      try {
        const answer = await fetch(url, init);
        return {
          status: answer.status,
          error: answer.headers.get('valetkey-error'),
          text: await answer.text(),
        };
      } catch {
        return 'blocked';
      }
    },
    { url: stack.server.url + asked.path, init: asked.init ?? {} },
  );

const bearer = (credential: string, more: object = {}): Init => ({
  headers: { authorization: `Bearer ${credential}`, ...more },
});

it('runs the guide as printed, from a page of another origin', async () => {
  const token = (await stack.user('guide-page')).credential as string;
  const page = await pageOf(app);
  const event = {
    summary: 'From a page',
    start: { dateTime: '2027-03-01T10:00:00Z' },
    end: { dateTime: '2027-03-01T11:00:00Z' },
  };
  const guide = (expression: string) =>
    page.evaluate<unknown>(
      `(async () => (await globalThis.guide.${expression}) ?? null)()`.replaceAll(
        'TOKEN',
        JSON.stringify(token),
      ),
    );

  expect(await guide('getGoogleAccessToken(TOKEN)')).toBeNull();
  await Promise.all([
    page.waitForURL(`${stack.twin.url}/**`),
    guide(`addCalendarEvent(TOKEN, ${JSON.stringify(event)})`).catch(() => undefined),
  ]);
  await page.getByRole('button', { name: /allow|continue/i }).click();
  await page.waitForURL(`${app.callback}?**`);
  await guide('handleAuthorizationCallback(TOKEN, new URLSearchParams(location.search))');
  expect(await guide(`addCalendarEvent(TOKEN, ${JSON.stringify(event)})`)).toMatchObject({
    summary: 'From a page',
    status: 'confirmed',
  });
});

describe('a page of a calling app', () => {
  let page: Page;
  let user: string;
  beforeAll(async () => {
    page = await pageOf(app);
    user = (await stack.user('cross-origin')).credential as string;
  });

  it('reads what a user token opens, errors and their code among it', async () => {
    expect(await fetchIn(page, { path: TOKEN_PATH, init: bearer(user) })).toEqual({
      status: 404,
      error: 'secrets.third_party_token_set.token_not_found',
      text: 'null',
    });
    for (const path of [
      `/api${TOKEN_PATH}`,
      '/my-account/connections',
      '/v1/connections?userId=cross-origin',
    ])
      expect(await fetchIn(page, { path, init: bearer(user) })).toHaveProperty('status');
    expect(await fetchIn(page, { path: '/my-account/connections', init: bearer('a.b.c') })).toMatchObject({
      status: 401,
    });
  });

  it('calls a provider over the proxy with a user token', async () => {
    const init = bearer(user, { 'valetkey-user': 'cross-origin' });
    expect(
      await fetchIn(page, { path: '/v1/proxy/google-calendar/calendars/primary/events', init }),
    ).toMatchObject({ status: 403, text: expect.stringContaining('authorization_required') });
  });

  it.each([
    ['an agent key', () => bearer(stack.agent.key)],
    ['an operator key', () => bearer(stack.operator.credential as string)],
    [
      'an agent key as Basic',
      () => ({ headers: { authorization: `Basic ${btoa(`x:${stack.agent.key}`)}` } }),
    ],
    ['an agent key as a token', () => ({ headers: { authorization: `token ${stack.agent.key}` } })],
    ['cookies', () => ({ credentials: 'include' as const })],
  ])('reads nothing that %s opens', async (_, init) => {
    expect(await fetchIn(page, { path: '/v1/connections?userId=ada', init: init() })).toBe('blocked');
  });

  it.each([
    '/v1/operator/agents',
    '/health/ready',
    '/openapi.json',
    '/connect/history',
    '/oauth/callback/google',
  ])('reads nothing of %s', async (path) => {
    expect(await fetchIn(page, { path, init: bearer(user) })).toBe('blocked');
  });
});

it('lets no page of another app read anything', async () => {
  const user = (await stack.user('cross-origin')).credential as string;
  const page = await pageOf(stranger);
  for (const path of [TOKEN_PATH, `/api${TOKEN_PATH}`, '/my-account/connections', '/v1/connections?userId=x'])
    expect(await fetchIn(page, { path, init: bearer(user) })).toBe('blocked');
});

describe('a preflight', () => {
  const preflight = (path: string, origin: string) =>
    stack.operator.as(undefined).request('OPTIONS', path, {
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
    });

  it.each([
    TOKEN_PATH,
    `/api${TOKEN_PATH}`,
    '/api/verification/social',
    '/api/verifications/social/verify',
    '/v1/tasks',
    '/v1/proxy/github/user/repos',
  ])('of %s names what the page may send, and is kept for a while', async (path) => {
    const { status, headers } = await preflight(path, app.origin);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(app.origin);
    expect(headers.get('access-control-allow-methods')).toMatch(/\bPUT\b/);
    expect(headers.get('access-control-allow-headers')).toMatch(/authorization.*idempotency-key/i);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toMatch(/\borigin\b/i);
    expect(Number(headers.get('access-control-max-age'))).toBeGreaterThan(0);
  });

  it.each([
    [TOKEN_PATH, 'another app', () => stranger.origin],
    [TOKEN_PATH, 'no origin', () => 'null'],
    [TOKEN_PATH, 'a name that goes on', () => `${app.origin}.evil.example`],
    [TOKEN_PATH, 'the same name over https', () => app.origin.replace('http:', 'https:')],
    ['/v1/operator/agents', 'the app', () => app.origin],
    ['/connect/session', 'the app', () => app.origin],
    ['/v1', 'the app', () => app.origin],
  ])('of %s from %s allows nothing', async (path, _, origin) => {
    const { headers } = await preflight(path, origin());
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});
