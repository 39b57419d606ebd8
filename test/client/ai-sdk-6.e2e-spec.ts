/** The tools of @valetkey/client in the real AI SDK 6, whose approvals are a member of each tool. */
import { jest } from '@jest/globals';
import { Valetkey } from '@valetkey/client';
import { generateText, stepCountIs, type ModelMessage, type ToolSet } from 'ai-6';
import { MockLanguageModelV3 } from 'ai-6/test';
import { startStack, type Stack } from '../kit/index.js';

const LIST = 'github__issues__list';
const DELETE = 'google-calendar__events__delete';
const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const REPO = { owner: 'ada-lovelace', repo: 'engine' };

// The other version under the name that the client imports: an app has one of them.
jest.unstable_mockModule('ai', () => import('ai-6'));
const { valetkeyTools } = await import('@valetkey/client/ai');

let stack: Stack;
let valetkey: Valetkey;
let approver: Valetkey;
beforeAll(async () => {
  stack = await startStack({ targets: ['google', 'github'] });
  valetkey = new Valetkey({ url: stack.server.url, key: stack.agent.key });
  approver = new Valetkey({ url: stack.server.url, key: stack.server.operatorKey });
  await stack.connected('ada', { target: 'github', scope: 'repo' });
  await stack.connected('ada', { target: 'google', scope: EVENTS });
});
afterAll(() => stack.close());

const USAGE = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
/** Calls one tool, then says so. */
const scripted = (toolName: string, input: object) =>
  new MockLanguageModelV3({
    doGenerate: [
      {
        content: [{ type: 'tool-call', toolCallId: 'call_1', toolName, input: JSON.stringify(input) }],
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

/** The client's types are those of the version that it is built with. */
const settingsOf = (tools: object) => ({ tools: tools as ToolSet, stopWhen: stepCountIs(3) });

it('a tool runs, and a missing consent is a link', async () => {
  const outputOf = async (userId: string) => {
    const { tools } = await valetkeyTools(valetkey.for(userId));
    const model = scripted(LIST, REPO);
    const { steps } = await generateText({ ...settingsOf(tools), model, prompt: 'Go.' });
    return steps[0]?.toolResults[0]?.output;
  };
  expect(await outputOf('ada')).toMatchObject({ issues: expect.any(Array) });
  expect(await outputOf('stranger')).toMatchObject({
    error: { authorizationUri: expect.stringContaining('/connect/') },
  });
});

it('what needs a person asks in the app, and is decided here as it was there', async () => {
  const ada = valetkey.for('ada');
  const days = { start: { date: '2027-06-01' }, end: { date: '2027-06-02' } };
  const made = await ada.act('google-calendar.events.create', { summary: 'Tea', ...days });
  const input = { eventId: made.done ? made.output.id : '' };
  const settings = settingsOf((await valetkeyTools(ada, { approver, provider: 'google-calendar' })).tools);
  const model = scripted(DELETE, input);
  const asked = await generateText({ ...settings, model, prompt: 'Delete it.' });
  const request = asked.content.find(({ type }) => type === 'tool-approval-request');
  if (request?.type !== 'tool-approval-request') throw new Error('the app was not asked');
  expect(await approver.approvals.list().take(1)).toEqual([]);
  const { approvalId } = request;
  const messages: ModelMessage[] = [
    { role: 'user', content: 'Delete it.' },
    ...asked.response.messages,
    { role: 'tool', content: [{ type: 'tool-approval-response', approvalId, approved: true }] },
  ];
  await generateText({ ...settings, model, messages });
  const [decided] = await approver.approvals.list().take(1);
  expect(decided).toMatchObject({
    action: 'google-calendar.events.delete',
    arguments: expect.objectContaining(input),
  });
  expect(decided?.status).toBe('used');
});
