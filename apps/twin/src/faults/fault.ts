import { z } from 'zod';
import { PROVIDER_NAMES } from '../provider-name.js';

const match = z
  .strictObject({ path: z.string(), method: z.string(), grantType: z.string() })
  .partial()
  .optional();

const base = {
  provider: z.enum(PROVIDER_NAMES),
  match,
  /** How often it strikes; without it until it is removed. */
  times: z.int().positive().optional(),
};

/** Answer faults strike before the work is done, or with `afterEffect` after it. */
const answer = { ...base, afterEffect: z.boolean().optional() };

/** Everything that the twin can get wrong on request. */
export const faultSchema = z.discriminatedUnion('fault', [
  z.strictObject({ ...answer, fault: z.literal('slow'), delayMs: z.int().nonnegative() }),
  z.strictObject({
    ...answer,
    fault: z.literal('rate_limited'),
    /** 200 is GitHub's for GraphQL. */
    status: z.union([z.literal(200), z.literal(403), z.literal(429)]).optional(),
    retryAfterS: z.number().nonnegative().optional(),
    /** Says how long only in the body (Dropbox). */
    bodyOnly: z.boolean().optional(),
    /** Dropbox `too_many_write_operations`, Google `userRateLimitExceeded`, GitHub `secondary`. */
    reason: z.string().optional(),
  }),
  z.strictObject({
    ...answer,
    fault: z.literal('server_error'),
    status: z.int().min(500).max(599).optional(),
  }),
  z.strictObject({ ...answer, fault: z.literal('html'), status: z.int().min(200).max(599).optional() }),
  z.strictObject({
    ...answer,
    fault: z.literal('malformed_json'),
    status: z.int().min(200).max(599).optional(),
  }),
  z.strictObject({ ...answer, fault: z.literal('empty_body'), status: z.int().min(200).max(599).optional() }),
  z.strictObject({ ...base, fault: z.literal('answer_lost') }),
  z.strictObject({ ...base, fault: z.literal('connection_reset') }),
  z.strictObject({ ...base, fault: z.literal('hang') }),
  z.strictObject({ ...base, fault: z.literal('no_access_token') }),
  z.strictObject({ ...base, fault: z.literal('omit_scope') }),
  z.strictObject({ ...base, fault: z.literal('smaller_scope'), scopes: z.array(z.string()).optional() }),
  z.strictObject({ ...base, fault: z.literal('omit_refresh_token') }),
  z.strictObject({ ...base, fault: z.literal('rotate_refresh_token') }),
  z.strictObject({ ...base, fault: z.literal('invalid_grant'), description: z.string().optional() }),
  /** The upload session keeps only a part of the piece (Drive); with `cut` it does not even answer. */
  z.strictObject({
    ...base,
    fault: z.literal('short_chunk'),
    keepBytes: z.int().nonnegative(),
    cut: z.boolean().optional(),
  }),
  /** The upload session has all, answers 308, and makes the file when it is asked how far it got (Drive). */
  z.strictObject({ ...base, fault: z.literal('late_file') }),
  /** The upload session is forgotten (Drive, Dropbox). */
  z.strictObject({ ...base, fault: z.literal('session_gone') }),
  z.strictObject({ ...base, fault: z.literal('clock_skew'), ms: z.int() }),
]);

/** One fault that is switched on. */
export type Fault = z.infer<typeof faultSchema>;

/** Names of all faults. */
export const FAULT_NAMES: readonly Fault['fault'][] = faultSchema.options.map(
  (option) => option.shape.fault.value,
);

/** Faults that change the body of a token answer while the work is done as usual. */
export const TOKEN_FAULTS: ReadonlySet<Fault['fault']> = new Set([
  'no_access_token',
  'omit_scope',
  'smaller_scope',
  'omit_refresh_token',
  'rotate_refresh_token',
] as const);

/** Faults that the routes of upload sessions act out themselves. */
export const UPLOAD_FAULTS: ReadonlySet<Fault['fault']> = new Set([
  'short_chunk',
  'late_file',
  'session_gone',
] as const);
