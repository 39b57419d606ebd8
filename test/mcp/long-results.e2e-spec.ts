/** Outputs that are longer than a model can hold: cut to a budget, kept for their caller, read in parts. */
import {
  legacyMcp,
  mcpHeaders,
  mcpMessage,
  modernMcp,
  startStack,
  type Answer,
  type Client,
  type McpClient,
  type McpConnecting,
  type Stack,
} from '../kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const LIST = 'google-calendar__events__list';
const CREATE = 'google-calendar__events__create';
const READ = 'github__contents__get';
const PUT = 'github__contents__put';
const REPO = { owner: 'ada-lovelace', repo: 'engine' };
const JUNE = { timeMin: '2027-06-01T00:00:00Z', timeMax: '2027-07-01T00:00:00Z', limit: 50 };
const BYTES = Buffer.from(Array.from({ length: 30_000 }, (_, at) => (at * 7) % 256));

let stack: Stack;
const open: McpClient[] = [];
beforeAll(async () => {
  stack = await startStack({ targets: ['google', 'github'] });
  for (const user of ['ada', 'grace']) {
    await stack.connected(user, { target: 'google', scope: EVENTS });
    await stack.connected(user, { target: 'github', scope: 'repo' });
  }
  const mcp = await asAgent();
  for (let at = 0; at < 30; at++) {
    const hour = String(at % 24).padStart(2, '0');
    const times = {
      start: { dateTime: `2027-06-${10 + Math.floor(at / 24)}T${hour}:00:00Z` },
      end: { dateTime: `2027-06-${10 + Math.floor(at / 24)}T${hour}:30:00Z` },
    };
    const made = await mcp.call(CREATE, {
      summary: `talk ${at}`,
      description: `about ${at} `.repeat(150),
      ...times,
    });
    expect([made.isError ?? false, textOf(made)]).toEqual([false, expect.anything()]);
  }
  const file = { ...REPO, path: 'drum.bin', base64: BYTES.toString('base64'), message: 'a drum' };
  expect((await mcp.call(PUT, file)).isError).toBeFalsy();
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  for (const { id } of (await stack.operator.get('/v1/operator/policies')).body)
    await stack.operator.delete(`/v1/operator/policies/${id}`);
});
afterAll(() => stack.close());

async function asAgent(connect = modernMcp, how: McpConnecting = {}, client: Client = stack.agent.client) {
  const mcp = await connect(client, {
    path: '/mcp?tools=direct',
    headers: { 'valetkey-user': 'ada' },
    ...how,
  });
  open.push(mcp);
  return mcp;
}
const textOf = ({ content }: { content: readonly { text?: string }[] }) =>
  content.map(({ text = '' }) => text).join('\n');
/** The id of the kept result that a result names. */
const keptIn = ({ _meta }: { _meta?: Readonly<Record<string, unknown>> | undefined }) =>
  (_meta?.['valetkey/result'] as { id: string } | undefined)?.id ?? '';
const read = (client: Client, uri: string, headers: Record<string, string> = {}) =>
  client.post('/mcp', mcpMessage('resources/read', { uri }), {
    ...mcpHeaders('resources/read', uri),
    'valetkey-user': 'ada',
    ...headers,
  });

describe.each([
  ['2026-07-28', modernMcp],
  ['2025-11-25', legacyMcp],
] as const)('a client of %s', (_version, connect) => {
  it('gets whole items within 20 kB, is told what was cut, and reads on to the end', async () => {
    const mcp = await asAgent(connect);
    const first = await mcp.call(LIST, JUNE);
    expect(Buffer.byteLength(JSON.stringify(first.structuredContent))).toBeLessThanOrEqual(20_000);
    const seen = first.structuredContent.events.length;
    expect(textOf(first)).toMatch(new RegExp(`Cut to fit: events: the first ${seen} of 30`));
    const result = keptIn(first);
    const summaries = first.structuredContent.events.map(({ summary }: { summary: string }) => summary);
    for (let from: number | undefined = seen; from !== undefined;) {
      const next = await mcp.call('read_result', { result, path: 'events', from });
      expect(next.structuredContent.of).toBe(30);
      summaries.push(...next.structuredContent.value.map(({ summary }: { summary: string }) => summary));
      from = next.structuredContent.next;
    }
    expect(new Set(summaries).size).toBe(30);
    expect(summaries).toHaveLength(30);
  });

  it('names a file instead of showing its base64, and the file is a resource', async () => {
    const mcp = await asAgent(connect);
    const found = await mcp.call(READ, { ...REPO, path: 'drum.bin' });
    expect(found.structuredContent.file.base64).toMatch(/^\(a file, 40000 characters of base64\)$/);
    const links = found.content.filter(({ type }) => type === 'resource_link') as unknown as {
      uri: string;
    }[];
    const uri = links.at(-1)?.uri ?? '';
    expect(uri).toBe(`result://${keptIn(found)}?path=file.base64`);
    const { body } = await read(stack.agent.client, uri);
    expect(Buffer.from(body.result.contents[0].blob, 'base64').equals(BYTES)).toBe(true);
  });
});

describe('an output', () => {
  it('has the members alone that its caller asked for, and is kept whole only where it was cut', async () => {
    const mcp = await asAgent(modernMcp, { path: '/mcp' });
    const wish = { tool: LIST, arguments: JUNE, fields: 'events.summary, events.id' };
    const short = await mcp.call('call_tool', wish);
    expect(Object.keys(short.structuredContent)).toEqual(['events']);
    expect(short.structuredContent.events).toHaveLength(30);
    expect(Object.keys(short.structuredContent.events[0]).sort()).toEqual(['id', 'summary']);
    expect(keptIn(short)).toBe('');
    const tight = await mcp.call('call_tool', { ...wish, maxBytes: 1_000 });
    expect(Buffer.byteLength(JSON.stringify(tight.structuredContent))).toBeLessThanOrEqual(1_000);
    const whole = await stack.agent.client.get(`/v1/results/${keptIn(tight)}`);
    expect(whole.body.value.events[29].description).toContain('about');
    expect((await mcp.call('call_tool', { ...wish, maxBytes: 10 })).structuredContent.code).toBe(
      'invalid_input',
    );
  });

  it('is listed as a resource of its caller for this user, and each reading is in the log', async () => {
    const id = keptIn(await (await asAgent()).call(LIST, JUNE));
    const listed = async (user: string) => {
      const headers = { ...mcpHeaders('resources/list'), 'valetkey-user': user };
      const { body } = await stack.agent.client.post('/mcp', mcpMessage('resources/list'), headers);
      return body.result.resources.map(({ uri }: { uri: string }) => uri);
    };
    expect(await listed('ada')).toContain(`result://${id}`);
    expect(await listed('grace')).toEqual([]);
    const { body } = await read(stack.agent.client, `result://${id}?path=events[0]`);
    expect(JSON.parse(body.result.contents[0].text).summary).toMatch(/^talk/);
    const log = await stack.operator.get('/v1/operator/audit-events?type=result.read&userId=ada');
    expect(log.body[0]).toMatchObject({ action: 'google-calendar.events.list', detail: { resultId: id } });
  });

  it('says what is wrong with a path', async () => {
    const mcp = await asAgent();
    const result = keptIn(await mcp.call(LIST, JUNE));
    for (const path of [
      'nothing',
      'events[99]',
      'events.summary',
      'events[0',
      '__proto__',
      'constructor',
      '[0]',
    ]) {
      const { isError, structuredContent } = await mcp.call('read_result', { result, path });
      expect([path, isError, structuredContent.code]).toEqual([path, true, 'invalid_input']);
    }
  });
});

describe('a kept result is refused to', () => {
  const keep = async () => keptIn(await (await asAgent()).call(LIST, JUNE));
  const call = (client: Client, result: string, user?: string) =>
    client.post('/mcp', mcpMessage('tools/call', { name: 'read_result', arguments: { result } }), {
      ...mcpHeaders('tools/call', 'read_result'),
      ...(user ? { 'valetkey-user': user } : {}),
    });
  const expectRefused = async (answers: Promise<Answer>[]) => {
    for (const { body } of await Promise.all(answers)) {
      const refused = body.result?.structuredContent ?? body.error?.data ?? body;
      expect(refused.code).toBe('not_found');
    }
  };

  it('another agent, and the same agent for another user', async () => {
    const id = await keep();
    const { body } = await stack.operator.post('/v1/operator/agents', { name: 'other' });
    const other = stack.agent.client.as(body.key);
    const { client } = stack.agent;
    await expectRefused([
      call(other, id, 'ada'),
      read(other, `result://${id}`),
      other.get(`/v1/results/${id}`),
      call(client, id, 'grace'),
      read(client, `result://${id}`, { 'valetkey-user': 'grace' }),
    ]);
  });

  it('another user, whose own user may read it', async () => {
    const id = await keep();
    const grace = await stack.user('grace');
    await expectRefused([
      call(grace, id),
      read(grace, `result://${id}`, { 'valetkey-user': 'grace' }),
      grace.get(`/v1/results/${id}`),
    ]);
    expect((await (await stack.user('ada')).get(`/v1/results/${id}`)).status).toBe(200);
  });

  it('a session without its tool, and one without its account', async () => {
    const id = await keep();
    const { body } = await stack.agent.client.get('/v1/connections?userId=ada');
    const github = body.data.find(({ target }: { target: string }) => target === 'github').id;
    const sessions = [
      { tools: { deny: [LIST] } },
      { connections: [github] },
      { tools: { allow: ['github'] } },
    ];
    for (const scope of sessions) {
      const made = await stack.agent.client.post('/v1/sessions', { userId: 'ada', ...scope });
      const client = stack.agent.client.as(made.body.token);
      await expectRefused([call(client, id), read(client, `result://${id}`)]);
    }
    const whole = await stack.agent.client.post('/v1/sessions', { userId: 'ada' });
    const { body: answer } = await call(stack.agent.client.as(whole.body.token), id);
    expect(answer.result.structuredContent.value.events).toBeDefined();
  });

  it('everybody whom a rule forbids it', async () => {
    const id = await keep();
    const text = 'forbid (principal, action == Action::"result.read", resource);';
    expect((await stack.operator.post('/v1/operator/policies', { name: 'none', text })).status).toBe(201);
    const { client } = stack.agent;
    expect((await client.get(`/v1/results/${id}`)).body.code).toBe('policy_denied');
    expect((await call(client, id, 'ada')).body.result.structuredContent.code).toBe('policy_denied');
    expect((await read(client, `result://${id}`)).body.error.data.code).toBe('policy_denied');
    const headers = { ...mcpHeaders('resources/list'), 'valetkey-user': 'ada' };
    const listed = await client.post('/mcp', mcpMessage('resources/list'), headers);
    expect(listed.body.error.data.code).toBe('policy_denied');
  });
});
