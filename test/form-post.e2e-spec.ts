import { agreedTrip, Browser, startStack, type Stack, type Trip } from './kit/index.js';

// OAuth 2.0 Form Post Response Mode: the provider's page sends the answer as a form from another site.

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
});
afterAll(() => stack.close());

const RETURN = 'http://localhost:8080/callback';
const PROVIDER = 'https://appleid.apple.com';
const authorization = async (id: string) => (await stack.agent.client.get(`/v1/authorizations/${id}`)).body;
const exchanges = () => stack.twin.control.calls({ grantType: 'authorization_code' }).length;
let count = 0;
const agreed = (members: object = { redirectUri: RETURN }) => agreedTrip(stack, `form-${++count}`, members);

const bare = (callback: string) => callback.split('?')[0] as string;
const answerOf = ({ callback }: Trip) => Object.fromEntries(new URL(callback).searchParams);
/** As browsers send a form from another site: without the cookie. */
const post = (callback: string, form: Readonly<Record<string, string>>) =>
  new Browser().submit(bare(callback), form, PROVIDER);

describe('an answer that comes as a form', () => {
  it.each<[string, (answer: Record<string, string>) => Record<string, string>, string]>([
    ['as it is', (answer) => answer, 'completed'],
    [
      'with a user and an ID token',
      (answer) => ({ ...answer, user: '{"name":{}}', id_token: 'a.b.c' }),
      'completed',
    ],
    ['with members that nobody knows', (answer) => ({ ...answer, session_state: 'x', '': 'y' }), 'completed'],
    ['that says no', ({ state = '' }) => ({ state, error: 'user_cancelled_authorize' }), 'failed'],
    ['that says no in the words of OAuth', ({ state = '' }) => ({ state, error: 'access_denied' }), 'denied'],
    ['with a code that is no good', ({ state = '' }) => ({ state, code: 'a b&c=d\r\nx: y' }), 'failed'],
  ])('%s ends as one by address', async (_, change, status) => {
    const trip = await agreed();
    stack.twin.control.clearCalls();
    const led = await post(trip.callback, change(answerOf(trip)));
    expect([led.status, bare(led.location ?? '')]).toEqual([303, bare(trip.callback)]);
    expect([led.headers.get('cache-control'), led.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ]);
    const names = [...new URL(led.location ?? '').searchParams.keys()];
    expect(names.filter((name) => !['state', 'code', 'error', 'iss', 'scope'].includes(name))).toEqual([]);
    expect([exchanges(), (await authorization(trip.id)).status]).toEqual([0, 'pending']);
    const end = await trip.browser.open(led.location ?? '');
    expect(new URL(end.location ?? '').searchParams.get('status')).toBe(status);
  });

  it('is bound to the browser that began, like any', async () => {
    const trip = await agreed();
    const { location = '' } = await post(trip.callback, answerOf(trip));
    const { browser: other } = await agreed();
    expect((await other.open(location)).status).toBe(403);
    expect((await new Browser().open(location)).status).toBe(403);
    expect((await authorization(trip.id)).status).toBe('pending');
  });

  it('is bound to its connector, like any', async () => {
    const trip = await agreed();
    const { location = '' } = await post(bare(trip.callback).replace('google', 'n%2F..%2Fx'), answerOf(trip));
    expect(new URL(location).pathname).toBe('/oauth/callback/n%2F..%2Fx');
    expect((await trip.browser.open(location)).status).toBe(400);
  });

  it.each<[string, string, string, number]>([
    ['nothing', '', 'application/x-www-form-urlencoded', 400],
    ['no state', 'code=x', 'application/x-www-form-urlencoded', 400],
    ['an empty state', 'state=&code=x', 'application/x-www-form-urlencoded', 400],
    ['a state twice', 'state=a&state=b&code=x', 'application/x-www-form-urlencoded', 400],
    ['a code twice', 'state=a&code=x&code=y', 'application/x-www-form-urlencoded', 400],
    ['a code without end', `state=a&code=${'x'.repeat(5000)}`, 'application/x-www-form-urlencoded', 400],
    [
      'more than an address holds',
      `state=a&code=${'"'.repeat(4000)}&error=${'"'.repeat(4000)}`,
      'application/x-www-form-urlencoded',
      400,
    ],
    ['a body without end', `state=a&code=${'x'.repeat(40_000)}`, 'application/x-www-form-urlencoded', 413],
    ['text', 'state=a&code=x', 'text/plain', 400],
    ['parts', '--x--', 'multipart/form-data; boundary=x', 415],
  ])('with %s leads nowhere', async (_, body, type, status) => {
    const answer = await fetch(`${stack.server.url}/oauth/callback/google`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': type },
      body,
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([status, null]);
  });
});
