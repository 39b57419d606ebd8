import { z } from 'zod';
import type { JsonSchema } from '../core/json-schema.js';

/** How a member of the input is written into the request. */
export const WRITINGS = ['plain', 'comma', 'space', 'pipe', 'deep', 'json'] as const;

const place = z.strictObject({
  in: z.enum(['path', 'query', 'header', 'body']),
  /** At the provider. */
  name: z.string(),
  writing: z.enum(WRITINGS).default('plain'),
});
const schema = z.record(z.string(), z.unknown()) as z.ZodType<JsonSchema>;

/** One operation of an OpenAPI document as it is stored: all that is needed to make an action of it. */
export const importedOperation = z.strictObject({
  /** Within the provider. */
  name: z.string().regex(/^[A-Za-z][\w-]*(?:\.[A-Za-z0-9][\w-]*)*$/),
  operationId: z.string().optional(),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  /** Below the base URL of the provider's API, with `{parameters}`. */
  path: z.string().startsWith('/'),
  title: z.string(),
  summary: z.string(),
  effect: z.enum(['read', 'write', 'destructive']),
  scopes: z.array(z.string()),
  /** Strict, in the words that `zodOf` knows. */
  input: schema,
  places: z.record(z.string(), place),
  body: z
    .strictObject({
      type: z.string(),
      encoding: z.enum(['json', 'form']),
      /** Whether one member is the whole body; else it is made of those that are in it. */
      isWhole: z.boolean(),
    })
    .optional(),
  accept: z.string().optional(),
  /** The member that takes the cursor, and the member of the answer that gives it. */
  page: z.strictObject({ member: z.string(), from: z.string() }).optional(),
});

export type ImportedOperation = z.output<typeof importedOperation>;
export type MemberPlace = z.output<typeof place>;
