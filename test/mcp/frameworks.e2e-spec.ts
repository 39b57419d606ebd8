/**
 * MCP clients of the frameworks, set up by the code of docs/mcp.md: from the list of tools over a consent and an approval
 * to the result, with pages that the client opens where it can, and with links in results where it cannot.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { createMCPClient } from '@ai-sdk/mcp';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { hostedConnect, layDocs, startStack, type Stack } from '../kit/index.js';

const LIST = 'google-calendar__events__list';
const CREATE = 'google-calendar__events__create';
const APPROVED =
  '@require_approval("operator") forbid (principal, action == Action::"google-calendar.events.create", resource);';

/** Calls a tool, and gives the text that a model reads of it, whichever way the framework hands it over. */
type Call = (name: string, input: object) => Promise<string>;
interface Connected {
  readonly names: readonly string[];
  readonly call: Call;
  close(): Promise<unknown>;
}
type Open = (url: string) => Promise<'accept' | 'decline'>;
/** Connects with the code of the docs. */
type Connect = (userId: string, open?: Open) => Promise<Connected>;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- modules out of the docs, in plain JavaScript
type Laid = any;

let directory: string;
const laid = (name: string): Promise<Laid> => import(pathToFileURL(join(directory, name)).href);

/** Tools by their names, as most frameworks have them. */
const named = (tools: Readonly<Record<string, Laid>>, prefix = '') =>
  Object.keys(tools).map((name) => name.slice(prefix.length));
/** A framework that throws what a tool refuses tells the model the message. */
const orMessage = (call: Promise<unknown>) =>
  call.then(
    (result) => JSON.stringify(result),
    (error: unknown) => (error as Error).message,
  );

const FRAMEWORKS: Readonly<Record<string, Connect>> = {
  '@ai-sdk/mcp': async (userId) => {
    const client = await (await laid('ai-sdk.mjs')).connect(userId);
    const tools = await client.tools();
    return {
      names: named(tools),
      call: (name, input) =>
        orMessage(tools[name].execute(input, { toolCallId: 'call_1', messages: [], context: {} })),
      close: () => client.close(),
    };
  },
  '@langchain/mcp-adapters': async (userId) => {
    const client = (await laid('langchain.mjs')).connect(userId);
    const tools: Laid[] = await client.getTools();
    return {
      names: tools.map(({ name }) => name),
      call: (name, input) => orMessage(tools.find((tool) => tool.name === name).invoke(input)),
      close: () => client.close(),
    };
  },
  '@openai/agents': async (userId) => {
    const server = await (await laid('openai-agents.mjs')).connect(userId);
    const tools: { name: string }[] = await server.listTools();
    return {
      names: tools.map(({ name }) => name),
      call: (name, input) => orMessage(server.callTool(name, input)),
      close: () => server.close(),
    };
  },
  '@mastra/mcp': async (userId, open) => {
    const client = (await laid('mastra.mjs')).connect(userId, open);
    const tools = await client.listTools();
    return {
      names: named(tools, 'valetkey_'),
      call: (name, input) => orMessage(tools[`valetkey_${name}`].execute(input, {})),
      close: () => client.disconnect(),
    };
  },
  mcporter: async (userId) => {
    const runtime = await (await laid('mcporter.mjs')).connect(userId);
    const tools: { name: string }[] = await runtime.listTools('valetkey');
    return {
      names: tools.map(({ name }) => name),
      call: (name, input) => orMessage(runtime.callTool('valetkey', name, { args: input })),
      close: () => runtime.close(),
    };
  },
  '@modelcontextprotocol/client': async (userId, open) => {
    const client = await (await laid('official.mjs')).connect(userId, open);
    const { tools } = await client.listTools();
    return {
      names: tools.map(({ name }: { name: string }) => name),
      call: (name, input) => orMessage(client.callTool({ name, arguments: input })),
      close: () => client.close(),
    };
  },
};

let stack: Stack;
let connected: Connected | undefined;
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
  const policy = { name: 'events are approved', text: APPROVED };
  expect((await stack.operator.post('/v1/operator/policies', policy)).status).toBe(201);
  process.env['VALETKEY_AGENT_KEY'] = stack.agent.key;
  directory = layDocs('docs/mcp.md');
}, 60_000);
afterEach(() => connected?.close());
afterAll(async () => {
  await stack?.close();
  rmSync(directory, { recursive: true, force: true });
});

const connect = async (framework: string, userId: string, how: { open?: Open; query?: string } = {}) => {
  process.env['VALETKEY_MCP_URL'] = `${stack.server.url}/mcp${how.query ?? '?tools=direct'}`;
  connected = await FRAMEWORKS[framework]!(userId, how.open);
  return connected;
};
const linkIn = (text: string, path: string) => {
  const [link] = new RegExp(String.raw`http://[\w.:]+/connect/${path}\w+`).exec(text) ?? [];
  if (link === undefined) throw new Error(`no link in ${text}`);
  return link;
};
const consent = async (link: string, userId: string) =>
  hostedConnect(link, (await stack.user(userId)).credential ?? '');
const approve = async (link: string) => {
  const id = new URL(link).pathname.split('/').at(-1);
  const { status } = await stack.operator.post(`/v1/approvals/${id}/decision`, { decision: 'approve' });
  expect(status).toBe(200);
};
const newEvent = (summary: string) => ({
  summary,
  start: { date: '2027-06-01' },
  end: { date: '2027-06-02' },
});
const eventsNamed = (summary: string) =>
  stack.twin.control.state().google.events.filter((stored) => JSON.stringify(stored).includes(summary));

describe.each(Object.keys(FRAMEWORKS))('%s', (framework) => {
  const user = `user of ${framework}`.replaceAll(/\W/g, '-');
  const summary = `Tea by ${framework}`;

  it('lists the tools, shows the link where a consent is missing, and the same call succeeds after it', async () => {
    const { names, call } = await connect(framework, user);
    expect(names).toEqual(expect.arrayContaining([LIST, CREATE, 'connect', 'get_task', 'read_result']));
    const refused = await call(LIST, {});
    await consent(linkIn(refused, 'aut_'), user);
    expect(await call(LIST, {})).toContain('events');
  });

  it('shows the page of an approval, and reads the result of what was approved once', async () => {
    const { call } = await connect(framework, user);
    // The scope for writing is asked for first.
    const lacking = await call(CREATE, newEvent(summary));
    await consent(linkIn(lacking, 'aut_'), user);
    const held = await call(CREATE, newEvent(summary));
    expect(held).toContain(summary);
    const [taskId] = /tsk_\w+/.exec(held) ?? [];
    expect(eventsNamed(summary)).toEqual([]);
    await approve(linkIn(held, 'approvals/'));
    expect(await call('get_task', { taskId, waitSeconds: 30 })).toContain(summary);
    expect(eventsNamed(summary)).toHaveLength(1);
  });

  it('finds tools and calls them where the list is a search', async () => {
    const { names, call } = await connect(framework, user, { query: '' });
    expect(names).toContain('search_tools');
    expect(await call('search_tools', { query: 'list calendar events' })).toContain(LIST);
    expect(await call('call_tool', { tool: LIST, arguments: {} })).toContain('events');
  });
});

describe.each(['@mastra/mcp', '@modelcontextprotocol/client'])('%s, which opens pages', (framework) => {
  const user = `reader of ${framework}`.replaceAll(/\W/g, '-');
  const summary = `Coffee by ${framework}`;

  it('lets its user consent and approve in the middle of a call', async () => {
    const pages: string[] = [];
    const open: Open = async (url) => {
      pages.push(new URL(url).pathname.replace(/\w+$/, ''));
      if (url.includes('/approvals/')) await approve(url);
      else await consent(url, user);
      return 'accept';
    };
    const { call } = await connect(framework, user, { open });
    expect(await call(LIST, {})).toContain('events');
    expect(await call(CREATE, newEvent(summary))).toContain(summary);
    expect(pages).toEqual(['/connect/', '/connect/', '/connect/approvals/']);
    expect(eventsNamed(summary)).toHaveLength(1);
  });

  it('tells the model where its user did not want to', async () => {
    const { call } = await connect(framework, `un${user}`, { open: async () => 'decline' });
    expect(await call(LIST, {})).toMatch(/\/connect\/aut_\w+/);
  });
});

describe('a client that declares an elicitation which opens no page', () => {
  const headersOf = (userId: string) => ({
    authorization: `Bearer ${stack.agent.key}`,
    'valetkey-user': userId,
  });
  const url = () => `${stack.server.url}/mcp?tools=direct`;

  it('is given the link in the result: @ai-sdk/mcp, which fills forms', async () => {
    const client = await createMCPClient({
      transport: { type: 'http', url: url(), headers: headersOf('form-filler') },
      capabilities: { elicitation: {} },
    });
    const answer = JSON.stringify(await client.callTool({ name: LIST, arguments: {} }));
    await client.close();
    expect(linkIn(answer, 'aut_')).toBeDefined();
  });

  it('is given the link in the result: @modelcontextprotocol/sdk, which says so only once', async () => {
    const client = new LegacyClient(
      { name: 'spec', version: '1' },
      { capabilities: { elicitation: { url: {} } } },
    );
    const requestInit = { headers: headersOf('legacy') };
    await client.connect(new StreamableHTTPClientTransport(new URL(url()), { requestInit }) as never);
    const answer = JSON.stringify(await client.callTool({ name: LIST, arguments: {} }));
    await client.close();
    expect(linkIn(answer, 'aut_')).toBeDefined();
  });
});
