import { z } from 'zod';
import { connectionView } from './connection.view.js';

/** The name that tells a user's connections at one connector apart: "work", "private". */
export const aliasSchema = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not hold control characters');

export const connectionChange = z.strictObject({
  alias: aliasSchema.nullable().describe('null takes it away.'),
});

export const checkView = z.object({
  result: z
    .enum(['alive', 'dead', 'scopes_changed', 'unknown'])
    .describe('unknown: the provider gave no answer to rely on, and nothing is changed.'),
  asked: z.boolean().describe('false: the last check is younger than ten seconds, and this is its result.'),
  connection: connectionView,
});
