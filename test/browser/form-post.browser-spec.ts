import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { agreedTrip, startStack, type Stack } from '../kit/index.js';
import { launchChromium } from './chromium.js';

let stack: Stack;
let browser: Browser;
let provider: Server;
let form = '';
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
  browser = await launchChromium();
  provider = createServer((_, response) => response.setHeader('content-type', 'text/html').end(form));
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
});
afterAll(async () => {
  await browser?.close();
  provider?.close();
  await stack?.close();
});

it('takes a form of the provider’s page, which comes without the cookie that binds the browser', async () => {
  const trip = await agreedTrip(stack, 'form-in-chromium');
  const callback = new URL(trip.callback);
  expect(callback.hostname).toBe('localhost');
  const inputs = [...callback.searchParams].map(([name, value]) => `<input name="${name}" value="${value}">`);
  form = `<!doctype html><form method="post" action="${callback.origin}${callback.pathname}">${inputs.join('')}<button>Go</button></form>`;
  const context = await browser.newContext();
  const cookies = [...trip.browser.cookiesOf(trip.callback)];
  await context.addCookies(
    cookies.map(([name, value]) => ({ name, value, url: callback.origin, sameSite: 'Lax' as const })),
  );
  const page = await context.newPage();
  const sent: (readonly [string, boolean])[] = [];
  page.on('request', (request) => {
    if (!new URL(request.url()).pathname.startsWith('/oauth/callback')) return;
    void request.allHeaders().then(({ cookie = '' }) => sent.push([request.method(), cookie !== '']));
  });
  await page.goto(`http://127.0.0.1:${(provider.address() as AddressInfo).port}/`);
  await Promise.all([page.waitForURL(trip.authorizationUri), page.click('button')]);
  expect(sent).toEqual([
    ['POST', false],
    ['GET', true],
  ]);
  const { body } = await stack.agent.client.get(`/v1/authorizations/${trip.id}`);
  expect(body.status).toBe('completed');
  await context.close();
});
