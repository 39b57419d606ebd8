import { z } from 'zod';
import { userIdSchema } from '../../users/index.js';
import { aliasSchema } from '../connection-commands.schemas.js';

const CHECK = 'Ask the provider about the stored token afterwards.';

/** A token set that was obtained elsewhere. */
export const importedTokenSet = z.strictObject({
  userId: userIdSchema,
  target: z.string().min(1),
  account: z
    .strictObject({
      id: z.string().min(1).max(255).describe("The provider's stable subject, not the e-mail address."),
      name: z.string().max(255).optional(),
      email: z.string().max(320).optional(),
    })
    .describe('Whose token set it is at the provider.'),
  alias: aliasSchema.optional(),
  accessToken: z.string().min(1),
  refreshToken: z.string().min(1).optional(),
  expiresAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('May be in the past: a refresh token is used on the first use.'),
  obtainedAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When the provider gave it. Without it, a stored token set that works is never replaced.'),
  scopes: z.array(z.string().min(1)),
});

export const importRequest = importedTokenSet.extend({
  check: z.boolean().default(false).describe(CHECK),
});

/** One request takes so many. */
export const MOST_TOKEN_SETS = 1_000;

/** Of one, its scopes included. */
export const MEMBERS_OF_ONE = 40;

export const importManyRequest = z.strictObject({
  tokenSets: z.array(importedTokenSet).min(1).max(MOST_TOKEN_SETS),
  check: z.boolean().default(false).describe(CHECK),
});

export const importManyView = z.object({
  data: z.array(
    z.object({
      index: z.int().describe('Position in tokenSets.'),
      outcome: z
        .enum(['created', 'updated', 'kept', 'failed'])
        .describe('kept: a newer token set, or one that works, is stored.'),
      connectionId: z.string().optional(),
      check: z.enum(['alive', 'dead', 'scopes_changed', 'unknown']).optional(),
      code: z.string().optional().describe('Why it failed.'),
      detail: z.string().optional(),
    }),
  ),
});
