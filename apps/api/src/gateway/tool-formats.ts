import { actionJsonSchema, type Action } from '@valetkey/providers';

/** Whose tool definitions. */
export const TOOL_FORMATS = ['openai', 'anthropic', 'mcp'] as const;
export type ToolFormat = (typeof TOOL_FORMATS)[number];

/**
 * The name of an action as a tool. OpenAI and Anthropic allow no dots: `github.issues.create` is
 * `github__issues__create` there.
 */
export function toolName({ id }: Pick<Action, 'id'>, format: ToolFormat): string {
  return format === 'mcp' ? id : id.replaceAll('.', '__');
}

/**
 * An action as a tool that may be passed on as it is; these APIs refuse members that they do not know.
 *
 * https://platform.openai.com/docs/api-reference/chat/create, `tools`;
 * https://docs.anthropic.com/en/api/messages, `tools`;
 * https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 */
export function asTool(action: Action, format: ToolFormat): Record<string, unknown> {
  const { input, output } = actionJsonSchema(action);
  const name = toolName(action, format);
  const { title, summary: description, effect } = action;
  if (format === 'openai') return { type: 'function', function: { name, description, parameters: input } };
  if (format === 'anthropic') return { name, description, input_schema: input };
  const annotations = {
    readOnlyHint: effect === 'read',
    destructiveHint: effect === 'destructive',
    openWorldHint: true,
  };
  return { name, title, description, inputSchema: input, outputSchema: output, annotations };
}
