import { z } from 'zod';
import type { Action } from './action.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

const known = new WeakMap<Action, { input: JsonSchema; output: JsonSchema }>();

/** The action's schemas as JSON Schema 2020-12: what a caller may send (defaults optional) and what it gets. */
export function actionJsonSchema(action: Action): { input: JsonSchema; output: JsonSchema } {
  const made = known.get(action) ?? {
    input: z.toJSONSchema(action.input, { io: 'input' }),
    output: z.toJSONSchema(action.output, { io: 'output' }),
  };
  known.set(action, made);
  return made;
}
