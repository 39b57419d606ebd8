import { z } from 'zod';

/** A checkpoint as it is kept here and outside. */
export const checkpointView = z.object({
  size: z.int().describe('How many leaves the tree has.'),
  root: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('Its root hash, hex (RFC 9162).'),
  at: z.iso.datetime(),
  note: z
    .string()
    .describe('The checkpoint as it is signed (C2SP tlog-checkpoint). It needs nothing else to be checked.'),
});

export type CheckpointRecord = z.output<typeof checkpointView>;
