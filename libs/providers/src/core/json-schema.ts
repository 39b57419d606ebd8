import { z } from 'zod';
import type { Action } from './action.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The patterns of dates and addresses are no help to a model and cost it hundreds of words; we check them anyway. */
function withoutLongPattern({ jsonSchema }: { jsonSchema: { pattern?: string } }): void {
  if ((jsonSchema.pattern?.length ?? 0) > 100) delete jsonSchema.pattern;
}

const known = new WeakMap<Action, { input: JsonSchema; output: JsonSchema }>();

/** The action's schemas as JSON Schema 2020-12: what a caller may send (defaults optional) and what it gets. */
export function actionJsonSchema(action: Action): { input: JsonSchema; output: JsonSchema } {
  const made = known.get(action) ?? {
    input: z.toJSONSchema(action.input, { io: 'input', override: withoutLongPattern }),
    output: z.toJSONSchema(action.output, { io: 'output', override: withoutLongPattern }),
  };
  known.set(action, made);
  return made;
}
