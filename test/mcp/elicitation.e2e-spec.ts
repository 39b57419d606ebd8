/** Calls that wait for their user at clients that open pages: the same call goes on, and its state serves nothing else. */
import {
  hostedConnect,
  mcpHeaders,
  mcpMessage,
  modernMcp,
  startStack,
  type Client,
  type McpClient,
  type McpConnecting,
  type Stack,
} from '../kit/index.js';

const LIST = 'google-calendar__events__list';
const DELETE = 'google-calendar__events__delete';
const URLS = { elicitation: { url: {} } };

let stack: Stack;
const open: McpClient[] = [];
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});
afterAll(() => stack.close());

const connected = async (client: Client, how: McpConnecting) => {
  const mcp = await modernMcp(client, how);
  open.push(mcp);
  return mcp;
};
/** One round of a call, as bare messages. */
const round = (client: Client, params: object, name = LIST) =>
  client.post(
    '/mcp',
    mcpMessage('tools/call', { name, arguments: {}, ...params }, URLS),
    mcpHeaders('tools/call', name),
  );
const accepted = { inputResponses: { consent: { action: 'accept' } } };
const asked = async (client: Client): Promise<{ requestState: string; url: string }> => {
  const { body } = await round(client, {});
  const { resultType, requestState, inputRequests } = body.result;
  expect([resultType, inputRequests.consent.params.mode]).toEqual(['input_required', 'url']);
  return { requestState, url: inputRequests.consent.params.url };
};
const isRefused = (answer: { body: { error?: { code: number; data?: { reason?: string } } } }) =>
  expect([answer.body.error?.code, answer.body.error?.data?.reason]).toEqual([
    -32_602,
    'request_state_invalid',
  ]);

it('goes on with the same call once the user has consented', async () => {
  const client = await stack.user('ada');
  const pages: string[] = [];
  const mcp = await connected(client, {
    opens: async (url) => {
      pages.push(url);
      await hostedConnect(url, client.credential as string);
      return 'accept';
    },
  });
  const answer = await mcp.call(LIST);
  expect(answer.structuredContent).toMatchObject({ events: expect.any(Array) });
  expect(pages).toEqual([expect.stringContaining('/connect/aut_')]);
});

it('waits for a user who takes their time', async () => {
  const client = await stack.user('slow');
  const mcp = await connected(client, {
    opens: async (url) => {
      setTimeout(() => void hostedConnect(url, client.credential as string), 2_500);
      return 'accept';
    },
  });
  expect((await mcp.call(LIST)).structuredContent).toMatchObject({ events: expect.any(Array) });
});

it('tells the model where the user did not want to', async () => {
  const mcp = await connected(await stack.user('unwilling'), { opens: async () => 'decline' });
  expect(await mcp.call(LIST)).toMatchObject({
    isError: true,
    structuredContent: { code: 'authorization_required', authorizationUri: expect.any(String) },
  });
});

it('waits for an approval, and runs what was approved once', async () => {
  const decide = async (url: string) => {
    const id = url.split('/').at(-1) ?? '';
    const { status } = await stack.operator.post(`/v1/approvals/${id}/decision`, { decision: 'approve' });
    return status === 200 ? ('accept' as const) : ('decline' as const);
  };
  await stack.connected('grace', {
    target: 'google',
    scope: 'https://www.googleapis.com/auth/calendar.events',
  });
  const headers = { 'valetkey-user': 'grace' };
  const mcp = await connected(stack.agent.client, { headers, opens: decide });
  const answer = await mcp.call(DELETE, { eventId: 'not-there' });
  expect(answer).toMatchObject({ isError: true, structuredContent: { code: 'not_found' } });
  const tasks = await stack.agent.client.get('/v1/tasks?userId=grace');
  expect(tasks.body.data).toHaveLength(1);
});

it('asks for an approval after the consent, in the same call', async () => {
  const client = await stack.user('joan');
  const headers = { 'valetkey-user': 'joan' };
  const pages: string[] = [];
  const mcp = await connected(stack.agent.client, {
    headers,
    opens: async (url) => {
      pages.push(new URL(url).pathname.replace(/\w+$/, ''));
      if (pages.length === 1) await hostedConnect(url, client.credential as string);
      return pages.length === 1 ? 'accept' : 'decline';
    },
  });
  const answer = await mcp.call(DELETE, { eventId: 'not-there' });
  expect(pages).toEqual(['/connect/', '/connect/approvals/']);
  expect(answer).toMatchObject({ isError: true, structuredContent: { code: 'approval_required' } });
});

it('asks for a consent once, however the user answers at the provider', async () => {
  const client = await stack.user('refuser');
  let pages = 0;
  const mcp = await connected(client, {
    opens: async (url) => {
      pages += 1;
      await hostedConnect(url, client.credential as string, { decision: 'deny' });
      return 'accept';
    },
  });
  expect(await mcp.call(LIST)).toMatchObject({
    isError: true,
    structuredContent: { code: 'authorization_required' },
  });
  expect(pages).toBe(1);
});

describe('the state of a call', () => {
  it('counts once', async () => {
    const client = await stack.user('replayed');
    const { requestState, url } = await asked(client);
    await hostedConnect(url, client.credential as string);
    const first = await round(client, { requestState, ...accepted });
    expect(first.body.result.structuredContent).toMatchObject({ events: expect.any(Array) });
    isRefused(await round(client, { requestState, ...accepted }));
  });

  it('is of no use to another user, for another tool or with other arguments', async () => {
    const client = await stack.user('victim');
    const { requestState } = await asked(client);
    isRefused(await round(await stack.user('thief'), { requestState, ...accepted }));
    isRefused(await round(client, { requestState, ...accepted, arguments: { limit: 1 } }));
    isRefused(await round(client, { requestState, ...accepted, arguments: { eventId: 'x' } }, DELETE));
    const { body } = await stack.operator.get('/v1/audit-events?userId=thief&type=access.denied');
    expect(body.data[0].detail.code).toBe('request_state_invalid');
  });

  it.each([
    ['made up', () => 'e30.AAAA'],
    ['empty', () => ''],
    ['very long', () => 'x'.repeat(100_000)],
    [
      'with other contents',
      (state: string) => `${Buffer.from('{"id":"x"}').toString('base64url')}.${state.split('.')[1]}`,
    ],
    [
      'with another end',
      (state: string) => `${state.slice(0, -9)}${state.at(-9) === 'A' ? 'B' : 'A'}${state.slice(-8)}`,
    ],
  ])('is refused when it is %s', async (_, forge) => {
    const client = await stack.user('forger');
    const { requestState } = await asked(client);
    isRefused(await round(client, { requestState: forge(requestState), ...accepted }));
  });
});
