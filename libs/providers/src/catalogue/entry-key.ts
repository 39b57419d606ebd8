import { z } from 'zod';

const sentence = z.string().trim().min(3).max(300);
const base = {
  label: z.string().trim().min(3).max(60).describe('The name of the key at the provider.'),
  find: sentence.describe('How the user gets it, in words for the user.'),
  tried: z
    .enum(['knowledge', 'documentation', 'server'])
    .default('knowledge')
    .describe('As that of the entry, for what is said of its keys.'),
  prefixes: z
    .array(z.string().regex(/^[\w-]{2,20}$/))
    .max(5)
    .default([])
    .describe('A key begins with one of these: what else is pasted is not sent.'),
  byHand: z.string().trim().min(20).max(400).describe('How the user ends it at the provider.'),
};

/** A key that a user makes at the provider, and how it is sent. It goes in a header, never in an address. */
export const entryKey = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('api_key'),
    ...base,
    header: z
      .string()
      .regex(
        /^(?:authorization|(?:x-|private-|api-)[a-z0-9-]{1,50})$/,
        'must be authorization, or a header for keys',
      )
      .default('authorization'),
    scheme: z
      .string()
      .regex(/^[A-Za-z-]{0,30}$/)
      .default('Bearer')
      .describe('Before the key; empty where the header holds the key alone.'),
  }),
  z.strictObject({
    kind: z.literal('basic'),
    ...base,
    username: z
      .strictObject({
        label: z.string().trim().min(3).max(60),
        suffix: z
          .string()
          .regex(/^[\w/.@-]{0,20}$/)
          .default('')
          .describe('Sent after the name.'),
      })
      .optional()
      .describe('Asked for beside the key. Without it the key is the user name, and there is no password.'),
  }),
]);
