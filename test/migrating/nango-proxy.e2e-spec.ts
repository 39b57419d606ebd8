/** Nango's own client for Node against us: beside its settings, nothing of the app changes. */
import type { Nango } from '@nangohq/node';
import { connectionIdOf, nangoClient, refusalOf, startStack, type Stack } from '../kit/index.js';

const CALENDAR = '/calendar/v3/users/me/calendarList';

/** A page of issues, with the address of the next. */
interface Page {
  readonly data: readonly { readonly title: string }[];
  readonly headers: object;
}

let stack: Stack;
let nango: Nango;
let google: string;
let github: string;

const events = async (query: string) =>
  (await stack.operator.get(`/v1/audit-events?${query}`)).body.data as {
    readonly outcome: string;
    readonly detail: { readonly path: string };
  }[];

beforeAll(async () => {
  stack = await startStack();
  await stack.connected('ada', { target: 'google', scope: 'https://www.googleapis.com/auth/calendar' });
  await stack.connected('ada', { target: 'github', scope: 'repo' });
  await stack.connected('bob', { target: 'github', scope: 'repo' });
  google = await connectionIdOf(stack, 'ada', 'google');
  github = await connectionIdOf(stack, 'ada', 'github');
  nango = nangoClient(stack, stack.agent.key);
});
afterAll(() => stack.close());

describe('the proxy', () => {
  const config = () => ({ providerConfigKey: 'google', connectionId: google });

  it('sends a read and a write to the API that the path names, each on record', async () => {
    const { status, data } = await nango.get({ ...config(), endpoint: CALENDAR });
    expect([status, data.kind]).toEqual([200, 'calendar#calendarList']);
    const made = await nango.post({
      ...config(),
      endpoint: 'calendar/v3/calendars/primary/events',
      params: { sendUpdates: 'none' },
      data: {
        summary: 'Of the Nango client',
        start: { dateTime: '2026-12-01T10:00:00Z' },
        end: { dateTime: '2026-12-01T11:00:00Z' },
      },
    });
    expect([made.status, made.data.summary]).toEqual([200, 'Of the Nango client']);
    expect((await events(`connectionId=${google}&type=request.forwarded`)).map((one) => one.outcome)).toEqual(
      ['succeeded', 'intended', 'succeeded', 'intended'],
    );
  });

  it('takes the id of a provider as the integration, and headers with the prefix', async () => {
    const { data, headers } = await nango.get({
      providerConfigKey: 'google-calendar',
      connectionId: google,
      endpoint: '/users/me/calendarList',
      headers: { 'If-None-Match': '"none"' },
    });
    expect([data.kind, headers['content-security-policy']]).toEqual([
      'calendar#calendarList',
      expect.stringContaining('sandbox'),
    ]);
  });

  it('goes through pages by the addresses in answers, whole or by their path', async () => {
    const { data: repositories } = await nango.get({
      providerConfigKey: 'github',
      connectionId: github,
      endpoint: '/user/repos',
    });
    const issues = `/repos/${repositories[0].full_name}/issues`;
    const made = ['one', 'two', 'three'].map((title) =>
      nango.post({
        providerConfigKey: 'github',
        connectionId: github,
        endpoint: issues,
        data: { title },
      }),
    );
    const created = await Promise.all(made);
    expect(created.map(({ status }) => status)).toEqual([201, 201, 201]);
    const seen: string[] = [];
    let endpoint: string | undefined = `${issues}?per_page=1`;
    for (let turn = 0; endpoint && turn < 10; turn++) {
      const page: Page = await nango.get({
        providerConfigKey: 'github',
        connectionId: github,
        endpoint,
      });
      seen.push(...page.data.map(({ title }) => title));
      const next: string | undefined = /<([^>]+)>; rel=\\"next/.exec(JSON.stringify(page.headers))?.[1];
      endpoint = next && turn % 2 ? new URL(next).pathname + new URL(next).search : next;
    }
    expect(seen).toEqual(expect.arrayContaining(['one', 'two', 'three']));
  });

  it('repeats a read that failed for a while, and no write', async () => {
    const wanted = { ...config(), retries: 2, retryOn: [404] };
    const read = nango.get({ ...wanted, endpoint: '/calendar/v3/calendars/nowhere/events' });
    expect(((await read.catch((error: unknown) => error)) as { status: number }).status).toBe(404);
    const write = nango.delete({ ...wanted, endpoint: '/calendar/v3/calendars/primary/events/nothing' });
    await write.catch(() => undefined);
    const sent = await events(`connectionId=${google}&type=request.forwarded`);
    const times = (part: string) =>
      sent.filter(({ outcome, detail }) => outcome === 'intended' && detail.path.includes(part)).length;
    expect(times('nowhere')).toBe(3);
    expect(times('nothing')).toBeLessThanOrEqual(1);
  });

  it('refuses to send the token elsewhere, however that is asked for', async () => {
    const elsewhere = await refusalOf(
      nango.get({ ...config(), endpoint: CALENDAR, baseUrlOverride: 'https://evil.example' }),
    );
    expect(elsewhere).toMatchObject({ status: 501, code: 'not_supported' });
    expect(elsewhere.message).toContain('baseUrlOverride');
    const whole = await refusalOf(nango.get({ ...config(), endpoint: 'https://evil.example/calendar/v3/x' }));
    expect(whole).toMatchObject({ status: 400, code: 'invalid_input' });
    const ofOther = await refusalOf(nango.get({ ...config(), endpoint: '/v1/proxy/github/user' }));
    expect(ofOther).toMatchObject({ status: 400, code: 'invalid_input' });
    const dotted = await stack.agent.client.request('GET', '/proxy/calendar/v3/../../oauth', {
      headers: { 'connection-id': google, 'provider-config-key': 'google' },
    });
    expect(dotted.status).toBeGreaterThanOrEqual(400);
  });

  it('wants the integration of the connection, and says which API is meant when several are', async () => {
    const other = { providerConfigKey: 'github', connectionId: google };
    expect(await refusalOf(nango.get({ ...other, endpoint: '/user' }))).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    const open = await refusalOf(nango.get({ ...config(), endpoint: '/users/me' }));
    expect([open.status, open.message]).toEqual([400, expect.stringContaining('google-calendar')]);
    const unknown = await refusalOf(nango.get({ ...config(), connectionId: 'con_none', endpoint: CALENDAR }));
    expect(unknown.status).toBe(404);
  });

  it('gives an agent that the policy holds back no answer, and says so in words of the client', async () => {
    const text = `forbid (principal, action == Action::"github.proxy", resource == User::"bob");`;
    const { body } = await stack.operator.post('/v1/operator/policies', { name: 'not for bob', text });
    const bobs = { providerConfigKey: 'github', connectionId: await connectionIdOf(stack, 'bob', 'github') };
    expect(await refusalOf(nango.get({ ...bobs, endpoint: '/user' }))).toMatchObject({
      status: 403,
      code: 'policy_denied',
    });
    await stack.operator.delete(`/v1/operator/policies/${body.id}`);
    expect((await nango.get({ ...bobs, endpoint: '/user' })).status).toBe(200);
  });
});
