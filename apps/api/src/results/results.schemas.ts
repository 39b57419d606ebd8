import { z } from 'zod';
import { MOST_KEPT_BYTES, type KeptResult } from './kept-result.js';

/** Names of members to keep, as {@link projected} reads them. */
export const resultFields = z
  .string()
  .min(1)
  .max(2_000)
  .transform((names) => names.split(',').map((name) => name.trim()))
  .describe('Members to keep: messages.id,messages.subject');

/** Which part of a result is wanted. */
export const resultQuery = z.strictObject({
  path: z
    .string()
    .max(500)
    .optional()
    .describe('Where the part is: `messages[3].body`. The whole where it is left out.'),
  from: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('In a list the first item, in a text the first character.'),
  fields: resultFields.optional(),
  maxBytes: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(MOST_KEPT_BYTES)
    .optional()
    .describe('Longest part, in bytes of JSON.'),
});

export const resultHandleView = z.object({
  id: z.string(),
  bytes: z.int().describe('Its length as JSON.'),
  expiresAt: z.iso.datetime(),
});

export const resultView = resultHandleView.extend({
  userId: z.string(),
  action: z.string(),
  connectionId: z.string(),
  taskId: z.string().optional(),
  createdAt: z.iso.datetime(),
  value: z.unknown().describe('The part that was asked for.'),
  of: z.int().optional().describe('Items of the list, or characters of the text, that it is a part of.'),
  next: z.int().optional().describe('The `from` that goes on; left out at the end.'),
  cuts: z.array(z.string()).describe('Parts inside it that were cut, each with what was kept.'),
});

/** A handle as callers see it. */
export function viewHandle({ id, bytes, expiresAt }: Pick<KeptResult, 'id' | 'bytes' | 'expiresAt'>) {
  return { id, bytes, expiresAt: expiresAt.toISOString() };
}
