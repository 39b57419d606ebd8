/** Tools for LangChain and LangGraph (`@langchain/core` 1). */
import { tool, type StructuredToolInterface } from '@langchain/core/tools';
import { modelTools, type ModelToolsOptions } from '../model-tools/model-tools.js';
import type { UserClient } from '../user-client.js';

export type { ModelToolsOptions, ToolError } from '../model-tools/model-tools.js';

/** An approval in the app is LangGraph's: what needs a person here answers where they decide. */
export type LangChainToolsOptions = Omit<ModelToolsOptions, 'approver'>;

/**
 * A user's actions as tools. The artifact of a tool's message is the output, or `{ error }`, a `ToolError`, which holds the
 * link where the user consents or a person decides. @throws ProblemError when the list cannot be read
 */
export async function valetkeyTools(
  user: UserClient,
  options: LangChainToolsOptions = {},
): Promise<StructuredToolInterface[]> {
  const { connectionFor, ...filter } = options;
  const listed = await modelTools(user, { ...filter, connectionFor });
  return listed.map(({ name, description, inputSchema, call }) =>
    tool(
      async (input: unknown, config: { readonly signal?: AbortSignal }) => {
        const answer = await call(input, { signal: config.signal });
        return answer.ok
          ? [JSON.stringify(answer.output), answer.output]
          : [answer.error.message, { error: answer.error }];
      },
      { name, description, schema: inputSchema, responseFormat: 'content_and_artifact' },
    ),
  );
}
