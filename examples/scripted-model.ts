/** A model that follows a script: it reads the issues of a repository, opens one, and says what it did. */
import { MockLanguageModelV4 } from 'ai/test';

type Prompt = MockLanguageModelV4['doGenerateCalls'][number]['prompt'];

const REPO = { owner: 'ada-lovelace', repo: 'engine' };
const LIST = 'github__issues__list';
const CREATE = 'github__issues__create';
const USAGE = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};

interface Answer {
  readonly error?: { readonly message: string };
  readonly issues?: readonly { readonly title: string }[];
  readonly number?: number;
}

export function scriptedModel(): MockLanguageModelV4 {
  return new MockLanguageModelV4({ doGenerate: async ({ prompt }) => next(prompt) });
}

function next(prompt: Prompt) {
  const [listed, created] = [answerOf(prompt, LIST), answerOf(prompt, CREATE)];
  const failed = created?.error ?? listed?.error;
  if (failed) return says(failed.message);
  if (!listed) return calls(LIST, REPO);
  const [first] = listed.issues ?? [];
  if (!created) return calls(CREATE, { ...REPO, title: `Follow up: ${first?.title ?? 'nothing is open'}` });
  return says(`I read ${listed.issues?.length} open issues and opened number ${created.number}.`);
}

/** The answer of a tool, once it was called. */
function answerOf(prompt: Prompt, toolName: string): Answer | undefined {
  const parts = prompt.flatMap(({ role, content }) => (role === 'tool' ? content : []));
  const result = parts.find((part) => part.type === 'tool-result' && part.toolName === toolName);
  return result?.type === 'tool-result' && result.output.type === 'json'
    ? (result.output.value as Answer)
    : undefined;
}

const calls = (toolName: string, input: object) => ({
  content: [{ type: 'tool-call' as const, toolCallId: toolName, toolName, input: JSON.stringify(input) }],
  finishReason: { unified: 'tool-calls' as const, raw: undefined },
  usage: USAGE,
  warnings: [],
});

const says = (text: string) => ({
  content: [{ type: 'text' as const, text }],
  finishReason: { unified: 'stop' as const, raw: undefined },
  usage: USAGE,
  warnings: [],
});
