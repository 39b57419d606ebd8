import { z } from 'zod';
import type { Action } from './action.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The patterns of dates and addresses are no help to a model and cost it hundreds of words, and models' APIs know no
 * pattern that looks ahead or back. We check them anyway.
 */
function withoutHardPattern({ jsonSchema }: { jsonSchema: { pattern?: string } }): void {
  const { pattern = '' } = jsonSchema;
  if (pattern.length > 100 || /\(\?<?[=!]/.test(pattern)) delete jsonSchema.pattern;
}

const known = new WeakMap<Action, { input: JsonSchema; output: JsonSchema }>();

/** The action's schemas as JSON Schema 2020-12: what a caller may send (defaults optional) and what it gets. */
export function actionJsonSchema(action: Action): { input: JsonSchema; output: JsonSchema } {
  const made = known.get(action) ?? {
    input: {
      ...z.toJSONSchema(action.input, { io: 'input', override: withoutHardPattern }),
      // Zod leaves them out where a member is transformed; ours are what a caller writes.
      ...(action.input.meta()?.['examples'] ? { examples: action.input.meta()?.['examples'] } : {}),
    },
    output: z.toJSONSchema(action.output, { io: 'output', override: withoutHardPattern }),
  };
  known.set(action, made);
  return made;
}
