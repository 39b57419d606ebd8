/** Tools for the OpenAI Agents SDK (`@openai/agents` 0.20). */
import { tool, type Tool } from '@openai/agents';
import { modelTools, type ModelToolsOptions } from '../model-tools/model-tools.js';
import type { UserClient } from '../user-client.js';

export type { ModelToolsOptions, ToolError } from '../model-tools/model-tools.js';

interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Record<string, object>;
  readonly required: string[];
}

/**
 * A user's actions as tools of an agent. A call that brings no output answers `{ error }`, a `ToolError`, which holds the link
 * where the user consents or a person decides. With an `approver`, tools that need a person by policy interrupt the run; one
 * that is approved then is approved here too. @throws ProblemError when the list cannot be read
 */
export async function valetkeyTools(user: UserClient, options: ModelToolsOptions = {}): Promise<Tool[]> {
  const listed = await modelTools(user, options);
  return listed.map(({ name, description, inputSchema, needsApproval, call }) => {
    // The SDK writes it so itself, and knows approvals by it.
    const toolName = name.replaceAll('-', '_');
    return tool({
      name: toolName,
      description,
      strict: false,
      parameters: { ...(inputSchema as object as ObjectSchema), additionalProperties: true },
      needsApproval,
      execute: async (input, context, details) => {
        const callId = details?.toolCall?.callId;
        const isApproved =
          needsApproval && callId !== undefined && context?.isToolApproved({ toolName, callId }) === true;
        const answer = await call(input, { signal: details?.signal, isApproved });
        return JSON.stringify(answer.ok ? answer.output : { error: answer.error });
      },
    });
  });
}
