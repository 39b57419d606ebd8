import { z } from 'zod';

/** How long a decision is waited for, and an approval is good, unless the request says otherwise: a day. */
const DEFAULT_LIFETIME_S = 86_400;
const LONGEST_LIFETIME_S = 7 * 86_400;
const MOST_USES = 100;
const MOST_PATHS = 20;

const path = z
  .string()
  .regex(/^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*$/)
  .max(100);

/** The members of arguments that may differ, in requests and decisions. */
export const pinsSchema = z.strictObject({
  vary: z
    .array(path)
    .max(MOST_PATHS)
    .default([])
    .describe('Members that may have any value: "start.dateTime".'),
  atMost: z
    .record(path, z.number().min(0))
    .default({})
    .refine((limits) => Object.keys(limits).length <= MOST_PATHS, 'must have 20 members at most')
    .describe('Members that may be any number from 0 up to this one.'),
});

/** The members of the arguments that may differ from those that were shown. */
export type Pins = z.output<typeof pinsSchema>;

export const approvalUses = z.int().min(1).max(MOST_USES);
export const approvalSeconds = z.int().min(60).max(LONGEST_LIFETIME_S).describe('Seconds.');
export const approvalReason = z.string().trim().min(1).max(500);

/** The approval that a caller asks for, should the policy want one: a decision can only narrow it. */
export const approvalAsk = z
  .strictObject({
    reason: approvalReason.optional().describe('Shown to the approver.'),
    uses: approvalUses.default(1),
    expiresIn: approvalSeconds.default(DEFAULT_LIFETIME_S),
    pins: pinsSchema.default({ vary: [], atMost: {} }),
  })
  .describe('Used only if the policy wants a person to agree. A decision can narrow it and never widen it.');
export type ApprovalAsk = z.output<typeof approvalAsk>;
