import { z } from 'zod';
import type { SealedConnection, TokenStatus } from './connection.js';

/** A connection as every API shows it: no token in it. */
export const connectionView = z.object({
  id: z.string(),
  userId: z.string(),
  target: z.string(),
  connectorId: z.string(),
  connectorName: z.string(),
  account: z.object({ id: z.string(), name: z.string().optional(), email: z.string().optional() }),
  alias: z.string().optional(),
  status: z.enum(['active', 'expired', 'inactive']),
  reason: z
    .enum([
      'disconnected',
      'revoked',
      'expired',
      'reauthentication_required',
      'refresh_failing',
      'refresh_answer_lost',
    ])
    .optional(),
  refreshable: z.boolean().describe('An expired token is refreshed on its next use.'),
  scopes: z.array(z.string()),
  expiresAt: z.iso.datetime().optional(),
  lastUsedAt: z.iso.datetime().optional(),
  lastRefreshedAt: z.iso.datetime().optional(),
  lastFailure: z
    .object({ at: z.iso.datetime(), code: z.string() })
    .optional()
    .describe('Why the last refresh did not work; kept until one does.'),
  createdAt: z.iso.datetime(),
});

export function viewConnection(
  connection: SealedConnection,
  status: TokenStatus,
): z.output<typeof connectionView> {
  const {
    sealed: _,
    tokens,
    createdAt,
    lastUsedAt,
    lastRefreshedAt,
    scopes,
    failedAt,
    failure,
    ...rest
  } = connection;
  return {
    ...rest,
    scopes: [...scopes],
    status,
    refreshable: tokens?.refreshable ?? false,
    expiresAt: tokens?.expiresAt?.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString(),
    lastRefreshedAt: lastRefreshedAt?.toISOString(),
    lastFailure: failedAt && failure ? { at: failedAt.toISOString(), code: failure } : undefined,
    createdAt: createdAt.toISOString(),
  };
}
