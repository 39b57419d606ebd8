/** Tools of the conformance suite that ask the client something: by `input_required`, or by a request before 2026. */
import { createHmac } from 'node:crypto';
import {
  inputRequired,
  ProtocolError,
  ProtocolErrorCode,
  type ElicitInputParams,
  type InputRequest,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { capabilitiesOf, type Fixture } from './fixture.ts';

/** An answer to such a request would have to find its way to this process and call. */
const ANSWERED_WITHIN_MS = 1_000;

const text = (words: string) => ({ content: [{ type: 'text', text: words }] });

/** A state that cannot be altered unnoticed. */
const mac = (words: string) => `${words}.${createHmac('sha256', 'fixture').update(words).digest('hex')}`;

function requireState({ mcpReq }: ServerContext): string {
  const sent = String(mcpReq.requestState());
  const [words = ''] = sent.split('.');
  if (sent !== mac(words))
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'requestState was altered');
  return words;
}

const form = (message: string, properties: Record<string, object>): InputRequest =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties, required: Object.keys(properties) },
  } as ElicitInputParams);
const ask = (message: string, name: string, type = 'string') => form(message, { [name]: { type } });
const sample = (words: string, maxTokens: number) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: words } }],
    maxTokens,
  });

/** The answer of the client to one of the requests. */
function answered({ mcpReq }: ServerContext, key: string): Record<string, unknown> | undefined {
  const answer = mcpReq.inputResponses?.[key];
  return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : undefined;
}

const contentOf = (answer: Record<string, unknown> | undefined) =>
  (answer?.['content'] ?? {}) as Record<string, unknown>;

/** A tool that asks for all of these once, and shows the answers. */
const asksOnce =
  (requests: () => Record<string, InputRequest>, state?: string): Fixture =>
  (context) => {
    const inputRequests = requests();
    const keys = Object.keys(inputRequests);
    if (keys.every((key) => answered(context, key) !== undefined)) {
      if (state !== undefined && requireState(context) !== state) throw new Error('another state');
      return text(`${state ?? 'answered'}: ${JSON.stringify(context.mcpReq.inputResponses)}`);
    }
    return inputRequired({ inputRequests, ...(state === undefined ? {} : { requestState: mac(state) }) });
  };

const userName = () => ask('What is your name?', 'name');

/** Asks the client over its stream, as was done before 2026. */
const elicits =
  (
    message: (input: Readonly<Record<string, unknown>>) => string,
    properties: object,
    required?: string[],
  ): Fixture =>
  async ({ mcpReq }, input) => {
    const requestedSchema = { type: 'object', properties, ...(required ? { required } : {}) };
    const asked = { message: message(input), requestedSchema };
    const answer = await mcpReq.elicitInput(asked as never, { timeout: ANSWERED_WITHIN_MS });
    return text(`User response: action=${answer.action}, content=${JSON.stringify(answer.content)}`);
  };

const OPTIONS = ['option1', 'option2', 'option3'];
const TITLED = [
  { const: 'value1', title: 'First' },
  { const: 'value2', title: 'Second' },
  { const: 'value3', title: 'Third' },
];

export const ASKING: Readonly<Record<string, Fixture>> = {
  test_input_required_result_elicitation: (context) => {
    const { name } = contentOf(answered(context, 'user_name'));
    if (typeof name === 'string') return text(`Hello, ${name}!`);
    return inputRequired({ inputRequests: { user_name: userName() } });
  },
  test_streaming_elicitation: () => inputRequired({ inputRequests: { user_name: userName() } }),
  test_input_required_result_sampling: asksOnce(() => ({
    capital_question: sample('What is the capital of France?', 100),
  })),
  test_input_required_result_list_roots: asksOnce(() => ({ client_roots: inputRequired.listRoots() })),
  test_input_required_result_request_state: asksOnce(
    () => ({ confirm: ask('Please confirm', 'ok', 'boolean') }),
    'state-ok',
  ),
  test_input_required_result_tampered_state: asksOnce(
    () => ({ confirm: ask('Please confirm', 'ok', 'boolean') }),
    'state-ok',
  ),
  test_input_required_result_multiple_inputs: asksOnce(
    () => ({
      user_name: userName(),
      greeting: sample('Generate a greeting', 50),
      client_roots: inputRequired.listRoots(),
    }),
    'state-ok',
  ),
  test_input_required_result_multi_round: (context) => {
    const { mcpReq } = context;
    if (mcpReq.requestState() === undefined)
      return inputRequired({
        inputRequests: { step1: ask('Step 1: What is your name?', 'name') },
        requestState: mac('round-1'),
      });
    if (requireState(context) === 'round-2') return text(JSON.stringify(mcpReq.inputResponses));
    return inputRequired({
      inputRequests: { step2: ask('Step 2: What is your favorite color?', 'color') },
      requestState: mac('round-2'),
    });
  },
  test_input_required_result_capabilities: (context) => {
    const can = capabilitiesOf(context);
    const inputRequests = {
      ...(can.elicitation ? { user_name: userName() } : {}),
      ...(can.sampling ? { greeting: sample('Generate a greeting', 50) } : {}),
    };
    return inputRequired({ inputRequests });
  },
  test_sampling: async ({ mcpReq }, { prompt }) => {
    const content = { type: 'text', text: String(prompt) } as const;
    const asked = { messages: [{ role: 'user' as const, content }], maxTokens: 100 };
    const answer = await mcpReq.requestSampling(asked, { timeout: ANSWERED_WITHIN_MS });
    return text(`LLM response: ${JSON.stringify(answer.content)}`);
  },
  test_elicitation: elicits(({ message }) => String(message), { username: { type: 'string' } }, ['username']),
  test_elicitation_sep1034_defaults: elicits(() => 'Please check', {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  }),
  test_elicitation_sep1330_enums: elicits(() => 'Please choose', {
    untitledSingle: { type: 'string', enum: OPTIONS },
    titledSingle: { type: 'string', oneOf: TITLED },
    legacyEnum: { type: 'string', enum: OPTIONS, enumNames: ['One', 'Two', 'Three'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: OPTIONS } },
    titledMulti: { type: 'array', items: { anyOf: TITLED } },
  }),
};
