import { z } from 'zod';
import { inputProblem } from '../platform/index.js';

/** The arguments of one of our own tools. @throws Problem 400 `invalid_input` that names the members */
export function readInput<Input extends z.ZodType>(schema: Input, sent: unknown): z.output<Input> {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  throw inputProblem(
    parsed.error.issues.map(({ path, message }) => ({ path: path.join('.') || 'arguments', message })),
  );
}
