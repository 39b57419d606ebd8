/** Tools for Mastra (`@mastra/core` 1). */
import { createTool, type ToolAction } from '@mastra/core/tools';
import { modelTools, type ModelToolsOptions } from '../model-tools/model-tools.js';
import type { UserClient } from '../user-client.js';

export type { ModelToolsOptions, ToolError } from '../model-tools/model-tools.js';

/** An approval in the app is Mastra's own: what needs a person here answers where they decide. */
export type MastraToolsOptions = Omit<ModelToolsOptions, 'approver'>;

/**
 * A user's actions as the `tools` of an agent. A call that brings no output answers `{ error }`, a `ToolError`, which holds the
 * link where the user consents or a person decides. @throws ProblemError when the list cannot be read
 */
export async function valetkeyTools(
  user: UserClient,
  options: MastraToolsOptions = {},
): Promise<Record<string, ToolAction<unknown, unknown>>> {
  const { connectionFor, ...filter } = options;
  const listed = await modelTools(user, { ...filter, connectionFor });
  const tools = listed.map(({ name, description, inputSchema, call }) => {
    const made = createTool({
      id: name,
      description,
      inputSchema: inputSchema as object,
      execute: async (input, context) => {
        const answer = await call(input, { signal: context?.abortSignal });
        return answer.ok ? answer.output : { error: answer.error };
      },
    });
    return [name, made as ToolAction<unknown, unknown>] as const;
  });
  return Object.fromEntries(tools);
}
