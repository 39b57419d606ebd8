/** Tools for the AI SDK (`ai` 6 and 7). */
import { dynamicTool, jsonSchema, type ModelMessage, type ToolSet } from 'ai';
import { modelTools, type ModelToolsOptions } from '../model-tools/model-tools.js';
import type { UserClient } from '../user-client.js';

export type { ModelToolsOptions, ToolError } from '../model-tools/model-tools.js';

/** Both go to `generateText`, `streamText` or an agent, as they are. Version 6 takes `tools` only, which say the same. */
export interface AiTools {
  readonly tools: ToolSet;
  /** By your policies; for tools that need a person, where the options name an `approver`. */
  readonly toolApproval: Record<string, { readonly type: 'user-approval'; readonly reason: string }>;
}

const REASON = 'The policy wants a person to agree.';

/**
 * A user's actions as tools. A call that brings no output answers `{ error }`, a `ToolError`, which holds the link where the
 * user consents or a person decides. @throws ProblemError when the list cannot be read
 */
export async function valetkeyTools(user: UserClient, options: ModelToolsOptions = {}): Promise<AiTools> {
  const listed = await modelTools(user, options);
  const tools = listed.map(({ name, title, description, inputSchema, needsApproval, call }) => {
    const made = dynamicTool({
      title,
      description,
      inputSchema: jsonSchema(inputSchema),
      execute: async (input, { toolCallId, messages, abortSignal: signal }) => {
        const isApproved = needsApproval && wasApproved(messages, toolCallId);
        const answer = await call(input, { signal, isApproved });
        return answer.ok ? answer.output : { error: answer.error };
      },
    });
    return [name, needsApproval ? { ...made, needsApproval: true } : made] as const;
  });
  const approvals = listed
    .filter(({ needsApproval }) => needsApproval)
    .map(({ name }) => [name, { type: 'user-approval', reason: REASON }] as const);
  return { tools: Object.fromEntries(tools), toolApproval: Object.fromEntries(approvals) };
}

/**
 * Whether a person has approved this call: where an app switches the SDK's approvals off, the tools run all the same, and
 * nobody has.
 */
function wasApproved(messages: readonly ModelMessage[], toolCallId: string): boolean {
  const parts = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : [...content]));
  const asked = parts.flatMap((part) =>
    part.type === 'tool-approval-request' && part.toolCallId === toolCallId ? [part.approvalId] : [],
  );
  const answers = parts.flatMap((part) =>
    part.type === 'tool-approval-response' && asked.includes(part.approvalId) ? [part.approved] : [],
  );
  return answers.length > 0 && answers.every(Boolean);
}
