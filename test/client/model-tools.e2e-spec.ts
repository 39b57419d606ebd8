/**
 * The tools of @valetkey/client in the real AI SDK, LangChain and OpenAI Agents SDK: a scripted model calls them, a real
 * server runs them at the providers' twins.
 */
import { HumanMessage, type ToolMessage } from '@langchain/core/messages';
import { fakeModel } from '@langchain/core/testing';
import { Agent as MastraAgent } from '@mastra/core/agent';
import { Agent, Runner, setTracingDisabled, Usage, type AgentOutputItem, type Model } from '@openai/agents';
import { Valetkey } from '@valetkey/client';
import { valetkeyTools as aiTools } from '@valetkey/client/ai';
import { valetkeyTools as langchainTools } from '@valetkey/client/langchain';
import { valetkeyTools as mastraTools } from '@valetkey/client/mastra';
import { valetkeyTools as agentTools } from '@valetkey/client/openai-agents';
import { generateText, stepCountIs, streamText, type ModelMessage } from 'ai';
import { MockLanguageModelV4, simulateReadableStream } from 'ai/test';
import { startStack, until, type Stack } from '../kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const LIST = 'github__issues__list';
const DELETE = 'google-calendar__events__delete';
const REPO = { owner: 'ada-lovelace', repo: 'engine' };

let stack: Stack;
let valetkey: Valetkey;
let approver: Valetkey;
beforeAll(async () => {
  setTracingDisabled(true);
  stack = await startStack({ targets: ['google', 'github'] });
  valetkey = new Valetkey({ url: stack.server.url, key: stack.agent.key });
  approver = new Valetkey({ url: stack.server.url, key: stack.server.operatorKey });
  await stack.connected('ada', { target: 'google', scope: EVENTS });
  await stack.connected('ada', { target: 'github', scope: 'repo' });
});
afterAll(() => stack.close());

const created = async (summary: string) => {
  const input = { summary, start: { date: '2027-06-01' }, end: { date: '2027-06-02' } };
  const run = await valetkey.for('ada').act('google-calendar.events.create', input);
  if (!run.done) throw new Error('creating an event needs no approval');
  return { eventId: run.output.id };
};
const isDeleted = async ({ eventId }: { eventId: string }) => {
  const run = valetkey.for('ada').act('google-calendar.events.get', { eventId });
  return run.then(
    (found) => found.done && found.output.status === 'cancelled',
    () => true,
  );
};

const USAGE = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

/** A model of the AI SDK that calls one tool, then says so. */
const scripted = (toolName: string, input: object) => {
  const call = { type: 'tool-call', toolCallId: 'call_1', toolName, input: JSON.stringify(input) } as const;
  return new MockLanguageModelV4({
    doGenerate: [
      {
        content: [call],
        finishReason: { unified: 'tool-calls', raw: undefined },
        usage: USAGE,
        warnings: [],
      },
      {
        content: [{ type: 'text', text: 'Done.' }],
        finishReason: { unified: 'stop', raw: undefined },
        usage: USAGE,
        warnings: [],
      },
    ],
  });
};

describe('in the AI SDK', () => {
  const run = async (userId: string, model: MockLanguageModelV4) => {
    const { tools, toolApproval } = await aiTools(valetkey.for(userId));
    const result = await generateText({
      model,
      tools,
      toolApproval,
      stopWhen: stepCountIs(3),
      prompt: 'Go.',
    });
    return result.steps[0]?.toolResults[0]?.output;
  };

  it('a tool runs, and the model reads its output', async () => {
    const model = scripted(LIST, REPO);
    expect(await run('ada', model)).toMatchObject({ issues: expect.any(Array) });
    const [first, second] = model.doGenerateCalls;
    expect(first?.tools).toContainEqual(
      expect.objectContaining({
        name: LIST,
        inputSchema: expect.objectContaining({ required: ['owner', 'repo'] }),
      }),
    );
    expect(JSON.stringify(second?.prompt)).toContain('"issues"');
  });

  it('a missing consent is a link for the model and for the app', async () => {
    const model = scripted(LIST, REPO);
    const output = (await run('stranger', model)) as { error: { authorizationUri: string } };
    expect(output.error).toMatchObject({ code: 'authorization_required', missingScopes: expect.any(Array) });
    expect(JSON.stringify(model.doGenerateCalls[1]?.prompt)).toContain(output.error.authorizationUri);
  });

  it('input that the schema does not allow is told by its member', async () => {
    expect(await run('ada', scripted(LIST, { owner: 'ada-lovelace', repo: 7 }))).toMatchObject({
      error: { code: 'invalid_input', message: expect.stringContaining('repo') },
    });
  });

  it('what needs a person answers where they decide, when the app has no approver', async () => {
    const input = await created('Without an approver');
    const output = await run('ada', scripted(DELETE, input));
    expect(output).toMatchObject({
      error: { code: 'approval_required', approvalUri: expect.stringContaining('/connect/approvals/') },
    });
    expect(await isDeleted(input)).toBe(false);
  });

  it('with an approver it asks in the app, and what is approved there runs', async () => {
    const input = await created('With an approver');
    const { tools, toolApproval } = await aiTools(valetkey.for('ada'), {
      approver,
      provider: 'google-calendar',
    });
    expect(Object.keys(toolApproval)).toContain(DELETE);
    const settings = { tools, toolApproval, stopWhen: stepCountIs(3) };
    const model = scripted(DELETE, input);
    const asked = await generateText({ ...settings, model, prompt: 'Delete it.' });
    const request = asked.content.find(({ type }) => type === 'tool-approval-request');
    if (request?.type !== 'tool-approval-request') throw new Error('the app was not asked');
    expect(await isDeleted(input)).toBe(false);
    const answered = (approved: boolean): ModelMessage[] => [
      { role: 'user', content: 'Delete it.' },
      ...asked.response.messages,
      {
        role: 'tool',
        content: [{ type: 'tool-approval-response', approvalId: request.approvalId, approved }],
      },
    ];
    await generateText({ ...settings, model: scripted(LIST, REPO), messages: answered(false) });
    expect(await isDeleted(input)).toBe(false);
    await generateText({ ...settings, model, messages: answered(true) });
    expect(await isDeleted(input)).toBe(true);
    const [decided] = await approver.approvals.list({ userId: 'ada', status: 'used' }).take(1);
    expect(decided).toMatchObject({
      arguments: expect.objectContaining(input),
      decidedBy: { type: 'operator' },
    });
  });

  it('an approver decides on nothing that no person approved', async () => {
    const input = await created('Approvals switched off');
    const { tools } = await aiTools(valetkey.for('ada'), { approver, provider: 'google-calendar' });
    const toolApproval = { [DELETE]: 'not-applicable' } as const;
    const result = await generateText({ model: scripted(DELETE, input), tools, toolApproval, prompt: 'Go.' });
    expect(result.toolResults[0]?.output).toMatchObject({ error: { code: 'approval_required' } });
    expect(await isDeleted(input)).toBe(false);
  });

  it('tools that the policy forbids are not there, and streams work as well', async () => {
    await stack.operator.post('/v1/operator/policies', {
      name: 'No labels',
      text: 'forbid (principal, action == Action::"github.labels.add", resource);',
    });
    const { tools } = await aiTools(valetkey.for('ada'), { provider: 'github' });
    expect(Object.keys(tools)).not.toContain('github__labels__add');
    expect(Object.keys(tools)).toContain(LIST);
    const chunks = [
      { type: 'tool-call', toolCallId: 'call_1', toolName: LIST, input: JSON.stringify(REPO) } as const,
      { type: 'finish', finishReason: { unified: 'tool-calls', raw: undefined }, usage: USAGE } as const,
    ];
    const doStream = async () => ({ stream: simulateReadableStream({ chunks }) });
    const model = new MockLanguageModelV4({ doStream });
    const results = await streamText({ model, tools, prompt: 'Go.' }).toolResults;
    expect(results[0]?.output).toMatchObject({ issues: expect.any(Array) });
  });
});

describe('in LangChain', () => {
  /** The model calls a tool, and LangChain makes the message of its answer. */
  async function answerOf(userId: string, name: string, args: Record<string, unknown>): Promise<ToolMessage> {
    const tools = await langchainTools(valetkey.for(userId));
    const model = fakeModel()
      .respondWithTools([{ name, args, id: 'call_1' }])
      .bindTools(tools as never);
    const { tool_calls: [call] = [] } = await model.invoke([new HumanMessage('Go.')]);
    const tool = tools.find((one) => one.name === call?.name);
    return tool?.invoke(call as never) as Promise<ToolMessage>;
  }

  it('a tool runs, with its output as text and as artifact', async () => {
    const { content, artifact } = await answerOf('ada', LIST, REPO);
    expect(JSON.parse(String(content))).toEqual(artifact);
    expect(artifact).toMatchObject({ issues: expect.any(Array) });
  });

  it('a missing consent is a link for the model and for the app', async () => {
    const { content, artifact } = await answerOf('stranger', LIST, REPO);
    expect(content).toContain(artifact.error.authorizationUri);
  });

  it('what needs a person answers where they decide', async () => {
    const { artifact } = await answerOf('ada', DELETE, await created('For LangChain'));
    expect(artifact.error).toMatchObject({
      code: 'approval_required',
      taskId: expect.stringMatching(/^tsk_/),
    });
  });
});

describe('in Mastra', () => {
  it.each<[string, string, object]>([
    ['a tool runs', 'ada', { issues: expect.any(Array) }],
    [
      'a missing consent is a link',
      'stranger',
      { error: { authorizationUri: expect.stringContaining('/connect/') } },
    ],
  ])('%s', async (_, userId, expected) => {
    const tools = await mastraTools(valetkey.for(userId), { provider: 'github' });
    const model = scripted(LIST, REPO) as never;
    const agent = new MastraAgent({ id: 'issues', name: 'Issues', instructions: 'Read.', model, tools });
    const { toolResults, text } = await agent.generate('Go.', { maxSteps: 3 });
    expect(toolResults[0]?.payload.result ?? text).toMatchObject(expected);
  });
});

describe('in the OpenAI Agents SDK', () => {
  /** Calls one tool, then says what it was answered. */
  const scriptedAgent = (name: string, input: object): Model => ({
    getResponse: async ({ input: items }) => {
      const last = Array.isArray(items) ? items.at(-1) : undefined;
      const call = {
        type: 'function_call',
        callId: 'call_1',
        name,
        arguments: JSON.stringify(input),
      } as const;
      const text = JSON.stringify(last);
      const message: AgentOutputItem = {
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text }],
      };
      return { usage: new Usage(), output: [last?.type === 'function_call_result' ? message : call] };
    },
    getStreamedResponse: () => {
      throw new Error('nobody streams here');
    },
  });
  const agentOf = async (userId: string, name: string, input: object, options = {}) => {
    const tools = await agentTools(valetkey.for(userId), options);
    return new Agent({ name: 'An agent', tools, model: scriptedAgent(name, input) });
  };
  const runner = new Runner({ tracingDisabled: true });

  it('a tool runs, and a missing consent is a link', async () => {
    const { finalOutput } = await runner.run(await agentOf('ada', LIST, REPO), 'Go.');
    expect(finalOutput).toContain('issues');
    const stranger = await runner.run(await agentOf('stranger', LIST, REPO), 'Go.');
    expect(stranger.finalOutput).toContain(`${stack.server.url}/connect/`);
  });

  it('with an approver it interrupts the run, and what is approved then runs', async () => {
    const input = await created('For an agent');
    const agent = await agentOf('ada', 'google_calendar__events__delete', input, { approver });
    const { interruptions, state } = await runner.run(agent, 'Go.');
    expect(interruptions).toHaveLength(1);
    expect(await isDeleted(input)).toBe(false);
    state.approve(interruptions[0]!);
    await runner.run(agent, state);
    await until('the event is gone', () => isDeleted(input));
  });
});
