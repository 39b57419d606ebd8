import type { ActionDescription, Effect, Readiness } from './api-types.js';

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

interface Named {
  readonly name: string;
  readonly description: string;
}

/** Tools as the APIs of models take them. */
export interface ToolFormats {
  /** Chat Completions. */
  readonly openai: {
    readonly type: 'function';
    readonly function: Named & { readonly parameters: JsonSchema; readonly strict?: boolean };
  };
  readonly 'openai-responses': Named & {
    readonly type: 'function';
    readonly parameters: JsonSchema;
    readonly strict: boolean;
  };
  readonly anthropic: Named & { readonly input_schema: JsonSchema; readonly strict?: boolean };
  readonly gemini: Named & { readonly parameters?: JsonSchema };
  readonly mcp: Named & {
    readonly title: string;
    readonly inputSchema: JsonSchema;
    readonly outputSchema: JsonSchema;
    readonly annotations: { readonly readOnlyHint?: boolean; readonly destructiveHint?: boolean };
    readonly _meta: { readonly 'valetkey/action': string };
  };
}

export type ToolFormat = keyof ToolFormats;

export interface ActionFilter {
  /** A wish in words: `send an e-mail`. The best fit comes first. */
  readonly q?: string;
  readonly provider?: string;
  readonly effect?: Effect;
  /** Only actions that need this scope. */
  readonly scope?: string;
  /** Only actions that are this for the user. */
  readonly readiness?: Readiness;
  /** So many at most. */
  readonly limit?: number;
}

export interface ToolFilter<Format extends ToolFormat = ToolFormat> extends ActionFilter {
  /** Default: `mcp`. */
  readonly format?: Format;
  /** For a model that is held to the schema. Known to `openai`, `openai-responses` and `anthropic`. */
  readonly strict?: boolean;
}

export interface ToolList<Format extends ToolFormat> {
  readonly data: ToolFormats[Format][];
  /** By the name of the tool. */
  readonly readiness: Readonly<
    Record<string, Required<Pick<ActionDescription, 'readiness'>> & Pick<ActionDescription, 'reason'>>
  >;
}
