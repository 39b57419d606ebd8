import { z } from 'zod';

const hashes = z
  .array(z.string().regex(/^[0-9a-f]{64}$/))
  .describe('Hex, the lowest first, as RFC 9162 has them.');
const note = z.string().describe('A signed note (C2SP tlog-checkpoint).');

export const eventProof = z.object({
  event: z
    .looseObject({
      id: z.string(),
      at: z.iso.datetime(),
      type: z.string(),
      outcome: z.string(),
      actor: z.object({ type: z.string(), id: z.string().optional() }),
      detail: z.record(z.string(), z.unknown()),
      salt: z
        .string()
        .optional()
        .describe('Absent where the personal part is erased, or is not all for the caller to see.'),
      personalDigest: z.string(),
    })
    .describe('The event, as a line of an export, with what is hashed and nothing else.'),
  leaf: z.string().describe('The text of its leaf: SHA-256 of a byte of 0 and this is hashed into the tree.'),
  inclusion: z
    .object({ leafIndex: z.int().nonnegative(), treeSize: z.int().positive(), hashes })
    .describe('RFC 9162, section 2.1.3.'),
  checkpoint: note,
});

export const growthProof = z.object({
  from: note,
  to: note,
  hashes: hashes.describe('Hex, as RFC 9162, section 2.1.4, has them.'),
});

export const growthQuery = z.object({
  from: z.coerce.number().int().positive().describe('Size of the tree of a kept checkpoint.'),
  to: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe('Size of the tree of a later one; left out, the newest that is kept.'),
});
