import { z } from 'zod';
import { CONNECTION_REASONS, type SealedConnection, type TokenStatus } from './connection.js';
import type { RevocationProgress } from './connection-revocations.js';

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
    .enum([...CONNECTION_REASONS, 'connector_disabled'])
    .optional()
    .describe('Why it is not simply well.'),
  refreshable: z.boolean().describe('An expired token is refreshed on its next use.'),
  scopes: z.array(z.string()),
  expiresAt: z.iso.datetime().optional(),
  lastUsedAt: z.iso.datetime().optional(),
  lastRefreshedAt: z.iso.datetime().optional(),
  lastCheckedAt: z.iso.datetime().optional().describe('The last live check that the provider answered.'),
  lastFailure: z
    .object({ at: z.iso.datetime(), code: z.string() })
    .optional()
    .describe('Why the last refresh or check did not work; kept until one does.'),
  sharesGrantWith: z
    .array(z.string())
    .optional()
    .describe(
      "Ids of the user's other connections that end with this one, since the provider revokes whole grants.",
    ),
  revocation: z
    .object({
      id: z.string(),
      status: z.enum(['pending', 'confirmed', 'not_supported', 'given_up']),
      requestedAt: z.iso.datetime(),
      finishedAt: z.iso.datetime().optional(),
      byHand: z
        .string()
        .optional()
        .describe('How the user ends it at the provider, where the provider has not confirmed it.'),
    })
    .optional()
    .describe('After disconnecting: whether the provider has confirmed that the tokens are dead.'),
  createdAt: z.iso.datetime(),
});

export type ConnectionView = z.output<typeof connectionView>;

/** Facts in a connection's view beyond its own row. */
export interface ConnectionSurroundings {
  readonly status: TokenStatus;
  readonly sharesGrantWith?: readonly string[] | undefined;
  readonly revocation?: RevocationProgress | undefined;
  /** How the user ends it at the provider. */
  readonly byHand?: string | undefined;
}

export function viewConnection(
  connection: SealedConnection,
  { status, sharesGrantWith, revocation, byHand }: ConnectionSurroundings,
): ConnectionView {
  const { id, userId, target, connectorId, connectorName, account, alias, tokens, failedAt, failure } =
    connection;
  return {
    id,
    userId,
    target,
    connectorId,
    connectorName,
    account,
    alias,
    status,
    reason: shownReason(connection),
    refreshable: tokens?.refreshable ?? false,
    scopes: [...connection.scopes],
    expiresAt: tokens?.expiresAt?.toISOString(),
    lastUsedAt: connection.lastUsedAt?.toISOString(),
    lastRefreshedAt: connection.lastRefreshedAt?.toISOString(),
    lastCheckedAt: connection.checkedAt?.toISOString(),
    lastFailure: failedAt && failure ? { at: failedAt.toISOString(), code: failure } : undefined,
    sharesGrantWith: sharesGrantWith && sharesGrantWith.length > 0 ? [...sharesGrantWith] : undefined,
    revocation: revocation && {
      id: revocation.id,
      status: revocation.status,
      requestedAt: revocation.createdAt.toISOString(),
      finishedAt: revocation.finishedAt?.toISOString(),
      byHand: revocation.status === 'confirmed' ? undefined : byHand,
    },
    createdAt: connection.createdAt.toISOString(),
  };
}

/** Tokens of a disabled connector are not usable, however valid they are. */
function shownReason({ tokens, isConnectorDisabled, reason }: SealedConnection): ConnectionView['reason'] {
  return tokens && isConnectorDisabled ? 'connector_disabled' : reason;
}
