import { isSchema, toolName, type Action, type JsonSchema } from '@valetkey/providers';
import { geminiInput } from './gemini-schema.js';
import { canBeStrict, strictInput, toolInput, toolOutput } from './tool-schema.js';

type Tool = Readonly<Record<string, unknown>>;

interface Format {
  readonly tool: (action: Action) => Tool;
  /** For a model that must follow the schema exactly; absent where the API has no such mode. */
  readonly strict?: (action: Action) => Tool;
}

/** Members that all formats share. */
const named = (action: Action) => ({ name: toolName(action), description: action.summary });

/**
 * Tools in the formats of models' APIs; those refuse unknown members.
 * https://platform.openai.com/docs/api-reference/chat/create and …/responses/create, `tools`, where `strict` is the
 * default; https://docs.anthropic.com/en/api/messages, `tools`; https://ai.google.dev/api/caching#FunctionDeclaration;
 * https://modelcontextprotocol.io/specification, tools.
 */
const FORMATS = {
  openai: {
    tool: (action) => ({ type: 'function', function: { ...named(action), parameters: toolInput(action) } }),
    strict: (action) => ({
      type: 'function',
      function: { ...named(action), parameters: strictInput(action), strict: true },
    }),
  },
  'openai-responses': {
    tool: (action) => ({ type: 'function', ...named(action), parameters: toolInput(action), strict: false }),
    strict: (action) => ({
      type: 'function',
      ...named(action),
      parameters: strictInput(action),
      strict: true,
    }),
  },
  anthropic: {
    tool: (action) => ({ ...named(action), input_schema: toolInput(action) }),
    strict: (action) => ({ ...named(action), input_schema: strictInput(action), strict: true }),
  },
  gemini: { tool: asGemini },
  mcp: { tool: asMcp },
} as const satisfies Record<string, Format>;

export type ToolFormat = keyof typeof FORMATS;

/** The formats of tool definitions. */
export const TOOL_FORMATS = Object.keys(FORMATS) as [ToolFormat, ...ToolFormat[]];

/** Formats with a strict mode. */
export const STRICT_FORMATS = TOOL_FORMATS.filter((format) => 'strict' in FORMATS[format]);

/**
 * An action as a tool that may be passed on as it is. `strict` is for {@link STRICT_FORMATS} only, and an action that takes
 * free values is given without it.
 */
export function asTool(action: Action, format: ToolFormat, strict = false): Tool {
  const formats: Format = FORMATS[format];
  return (strict && canBeStrict(action) ? (formats.strict ?? formats.tool) : formats.tool)(action);
}

/** Hints that differ from MCP's defaults, by which a tool changes things irreversibly. */
const HINTS = {
  read: { readOnlyHint: true },
  write: { destructiveHint: false },
  destructive: { destructiveHint: true },
} as const;

/** The dotted id is given beside the name, since policies and audit events use it. */
function asMcp(action: Action): Tool {
  const { id, title, effect } = action;
  return {
    ...named(action),
    title,
    inputSchema: toolInput(action),
    outputSchema: toolOutput(action),
    annotations: HINTS[effect],
    _meta: { 'valetkey/action': id },
  };
}

/** Gemini takes no object without members. */
function asGemini(action: Action): Tool {
  const parameters = geminiInput(action);
  return { ...named(action), ...(hasMembers(parameters) ? { parameters } : {}) };
}

function hasMembers({ properties }: JsonSchema): boolean {
  return isSchema(properties) && Object.keys(properties).length > 0;
}
