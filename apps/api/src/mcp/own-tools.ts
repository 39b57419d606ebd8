import { z } from 'zod';

/** A tool of this server itself, beside the catalogue's. */
interface OwnTool<Input extends z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly annotations: Readonly<Record<string, boolean>>;
}

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
  }),
  annotations: { readOnlyHint: true },
});

/** Its definition as `tools/list` shows it. */
export function definitionOf({ name, title, description, input, annotations }: OwnTool<z.ZodType>) {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input' });
  return { name, title, description, inputSchema, annotations };
}
