import { agreedTrip, openCallback, startStack, type Stack, type Trip } from './kit/index.js';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
});
afterAll(() => stack.close());

const RETURN = 'http://localhost:8080/callback';
const authorization = async (id: string) => (await stack.agent.client.get(`/v1/authorizations/${id}`)).body;
const exchanges = () => stack.twin.control.calls({ grantType: 'authorization_code' }).length;
const ask = ({ browser, callback }: Trip, init: RequestInit) => {
  const cookie = [...browser.cookiesOf(callback)].map(([name, value]) => `${name}=${value}`).join('; ');
  return fetch(callback, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
};
let count = 0;

describe('a browser that only looks ahead', () => {
  it.each([
    ['HEAD', { method: 'HEAD' }],
    ['Sec-Purpose: prefetch', { headers: { 'sec-purpose': 'prefetch' } }],
    ['Sec-Purpose: prefetch;prerender', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
    ['Purpose: prefetch', { headers: { purpose: 'prefetch' } }],
    ['X-Moz: prefetch', { headers: { 'x-moz': 'prefetch' } }],
    ['X-Purpose: preview', { headers: { 'x-purpose': 'preview' } }],
  ])('spends nothing by %s, and the visit that follows connects', async (_, init: RequestInit) => {
    const trip = await agreedTrip(stack, `ahead-${++count}`, { redirectUri: RETURN });
    stack.twin.control.clearCalls();
    const answer = await ask(trip, init);
    expect([answer.headers.get('cache-control'), answer.headers.get('location')]).toEqual(['no-store', null]);
    expect([exchanges(), (await authorization(trip.id)).status]).toEqual([0, 'pending']);
    const visit = await trip.browser.open(trip.callback);
    expect(new URL(visit.location ?? '').searchParams.get('status')).toBe('completed');
    expect((await authorization(trip.id)).status).toBe('completed');
  });
});

describe('a callback that is opened again', () => {
  it('gives the same good answer to its browser, for one code', async () => {
    const { browser, callback, id } = await agreedTrip(stack, 'again', { redirectUri: RETURN });
    stack.twin.control.clearCalls();
    const first = await browser.open(callback);
    const others = [await browser.open(callback), await browser.open(callback)];
    expect(others.map(({ status, location }) => [status, location])).toEqual(
      others.map(() => [first.status, first.location]),
    );
    expect(new URL(first.location ?? '').searchParams.get('status')).toBe('completed');
    expect([exchanges(), (await authorization(id)).status]).toEqual([1, 'completed']);
  });

  it('gives it to all who come while the code is being spent', async () => {
    const { browser, callback } = await agreedTrip(stack, 'together', { redirectUri: RETURN });
    stack.twin.control.clearCalls();
    stack.twin.control.addFault({
      provider: 'google',
      match: { path: '/google/token' },
      fault: 'slow',
      delayMs: 700,
      times: 1,
    });
    const pages = await Promise.all([1, 2, 3].map(() => browser.open(callback)));
    expect(pages.map(({ location }) => new URL(location ?? '').searchParams.get('status'))).toEqual([
      'completed',
      'completed',
      'completed',
    ]);
    expect(exchanges()).toBe(1);
  });

  it('leads to the page of the link where there is no app to go back to', async () => {
    const { browser, callback, authorizationUri } = await agreedTrip(stack, 'no-app');
    expect((await openCallback(browser, callback)).url).toBe(authorizationUri);
    expect((await openCallback(browser, callback)).url).toBe(authorizationUri);
  });

  it('tells nothing to another browser', async () => {
    const { browser, callback } = await agreedTrip(stack, 'owner');
    await browser.open(callback);
    const { browser: other } = await agreedTrip(stack, 'other');
    expect((await other.open(callback)).status).toBe(403);
    expect((await fetch(callback, { redirect: 'manual' })).status).toBe(403);
  });
});
