import { z } from 'zod';
import { resultFields } from '../results/index.js';

/** A tool of this server itself, beside the catalogue's. */
interface OwnTool<Input extends z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly annotations: Readonly<Record<string, boolean>>;
}

/** The longest output that one result carries, in bytes of JSON. */
const MOST_OUTPUT_BYTES = 100_000;

const maxBytes = z.int().min(1_000).max(MOST_OUTPUT_BYTES);

/** How the caller wants to see an output. */
const OUTPUT_WISH = {
  fields: resultFields.optional(),
  maxBytes: maxBytes.optional().describe('Longest output; 20000 where it is left out.'),
};

const define = <Input extends z.ZodType>(tool: OwnTool<Input>) => tool;

export const CONNECT = define({
  name: 'connect',
  title: 'Connect an account',
  description:
    'Gives the link over which the user allows what these tools need. Says so where nothing is missing.',
  input: z.strictObject({
    tools: z.array(z.string().min(1).max(100)).min(1).max(20).describe('Names of tools.'),
    connectionId: z.string().max(100).optional().describe('Of several accounts, the one to widen.'),
  }),
  annotations: { readOnlyHint: true },
});

export const SEARCH_TOOLS = define({
  name: 'search_tools',
  title: 'Find tools',
  description:
    "Finds tools for the user's accounts by what is to be done, with their arguments. Run them with call_tool. state says what is in the way: needs_consent (see connect), needs_approval, not_allowed.",
  input: z.strictObject({
    query: z.string().trim().min(1).max(200).describe('The task in words: send an e-mail.'),
    limit: z.int().min(1).max(20).default(5),
  }),
  annotations: { readOnlyHint: true },
});

export const CALL_TOOL = define({
  name: 'call_tool',
  title: 'Run a tool',
  description: 'Runs a tool that search_tools found, with arguments by its inputSchema.',
  input: z.strictObject({
    tool: z.string().min(1).max(100).describe('Its name.'),
    arguments: z.record(z.string(), z.unknown()).default({}),
    ...OUTPUT_WISH,
  }),
  annotations: { destructiveHint: true },
});

/** The longest that an answer is held, in seconds: clients give up after 60. */
const LONGEST_WAIT_S = 50;

export const GET_TASK = define({
  name: 'get_task',
  title: 'Read a task',
  description: 'Says how a call that waits for a person stands, and gives its result once it has run.',
  input: z.strictObject({
    taskId: z.string().min(1).max(100),
    waitSeconds: z
      .int()
      .min(0)
      .max(LONGEST_WAIT_S)
      .default(0)
      .describe('Hold the answer until it has ended.'),
    ...OUTPUT_WISH,
  }),
  annotations: { readOnlyHint: true },
});

export const READ_RESULT = define({
  name: 'read_result',
  title: 'Read on in a result',
  description: 'Reads more of a result that was cut to fit, part by part.',
  input: z.strictObject({
    result: z.string().min(1).max(100).describe('Its id.'),
    path: z.string().max(500).optional().describe('Where: messages[3].body.'),
    from: z.int().min(0).default(0).describe('First item of a list, or character of a text.'),
    fields: resultFields.optional(),
    maxBytes: maxBytes.default(20_000),
  }),
  annotations: { readOnlyHint: true },
});

/** Its definition as `tools/list` shows it. */
export function definitionOf({ name, title, description, input, annotations }: OwnTool<z.ZodType>) {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input' });
  return { name, title, description, inputSchema, annotations };
}
