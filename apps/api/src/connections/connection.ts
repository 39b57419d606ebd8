import type { Precondition } from '../audit/index.js';

export type TokenStatus = 'active' | 'expired' | 'inactive';

/** Why a connection is not simply well. */
export const CONNECTION_REASONS = [
  /** We were told to end it. */
  'disconnected',
  /** The provider says that the grant is over, or it ended together with another of the same account. */
  'revoked',
  /** The token's time is up and there is nothing to refresh it with. */
  'expired',
  /** The provider wants the user to sign in again. */
  'reauthentication_required',
  /** Refreshes fail for now; the grant itself is not known to be over. */
  'refresh_failing',
  /** The provider gave a new refresh token and its answer was lost on the way: the grant can no longer be used. */
  'refresh_answer_lost',
  /** The connector was pointed elsewhere: tokens of one place go to no other. */
  'connector_moved',
  /** It works, with less than was asked for. */
  'scope_missing',
] as const;

export type ConnectionReason = (typeof CONNECTION_REASONS)[number];

/** Reasons with which a connection can still be used. */
const USABLE: readonly (ConnectionReason | undefined)[] = [undefined, 'refresh_failing', 'scope_missing'];

/** Whether nothing that we know speaks against using the connection. */
export function isUsable({ tokens, reason }: Pick<Connection, 'tokens' | 'reason'>): boolean {
  return tokens !== undefined && (tokens.refreshable || USABLE.includes(reason));
}

/** One user's authorised account at one connector, without its tokens. */
export interface Connection {
  readonly id: string;
  readonly userId: string;
  readonly connectorId: string;
  readonly target: string;
  readonly connectorName: string;
  /** Nobody gets a token of it until the connector is enabled again. */
  readonly isConnectorDisabled: boolean;
  readonly account: {
    readonly id: string;
    readonly name?: string | undefined;
    readonly email?: string | undefined;
  };
  readonly alias?: string | undefined;
  readonly scopes: readonly string[];
  readonly reason?: ConnectionReason | undefined;
  readonly createdAt: Date;
  readonly lastUsedAt?: Date | undefined;
  readonly lastRefreshedAt?: Date | undefined;
  /** The last live check that the provider answered. */
  readonly checkedAt?: Date | undefined;
  /** The last classified failure: what the provider, or the way to it, was the cause of. */
  readonly failedAt?: Date | undefined;
  readonly failure?: string | undefined;
  /** Facts about the sealed token set; absent when none is stored. */
  readonly tokens?:
    | {
        readonly version: number;
        readonly refreshable: boolean;
        readonly obtainedAt: Date;
        readonly expiresAt?: Date | undefined;
        /** When the worker refreshes them unasked. */
        readonly refreshAt?: Date | undefined;
        /** Refreshes of this version that failed for now. */
        readonly failures: number;
        /** Before this time the worker does not try again. */
        readonly retryAt?: Date | undefined;
      }
    | undefined;
}

/** A connection with its sealed token set, for the code that opens it. */
export interface SealedConnection extends Connection {
  readonly sealed?: Uint8Array | undefined;
  /** How the user's connections at this connector stood when it was read; absent where nobody rests on it. */
  readonly standing?: string | undefined;
}

/** `inactive`: nothing stored. `expired`: stored and past its expiry. `active`: stored and not past it. */
export function tokenStatus({ tokens }: Pick<Connection, 'tokens'>, now: number): TokenStatus {
  if (!tokens) return 'inactive';
  return tokens.expiresAt !== undefined && tokens.expiresAt.getTime() <= now ? 'expired' : 'active';
}

/** Whether its token's time is up and nothing is stored that could renew it. */
export function isOver(connection: Pick<Connection, 'tokens'>, now: number): boolean {
  return tokenStatus(connection, now) === 'expired' && !connection.tokens?.refreshable;
}

/** Time that the call a token is for may take: ten seconds, or a fifth of a shorter lifetime. */
const MARGIN_MS = 10_000;
const MARGIN_SHARE = 0.2;

/** Whether a token is so close to its expiry that it is refreshed before use. */
export function needsRefresh({ tokens }: Pick<Connection, 'tokens'>, now: number): boolean {
  if (tokens?.expiresAt === undefined) return false;
  const expiresAt = tokens.expiresAt.getTime();
  const lifetime = expiresAt - tokens.obtainedAt.getTime();
  return expiresAt - Math.min(MARGIN_MS, lifetime * MARGIN_SHARE) <= now;
}

/** Whether its token can be used as it is: not expired, nor about to. */
export function isFresh(connection: Pick<Connection, 'tokens'>, now: number): boolean {
  return tokenStatus(connection, now) === 'active' && !needsRefresh(connection, now);
}

/**
 * What must still hold when a use of this connection is recorded; `undefined` for one whose use begins with a refresh,
 * which changes it.
 */
export function preconditionOf(connection: SealedConnection, now: number): Precondition | undefined {
  const { userId, connectorId, standing } = connection;
  if (standing === undefined || !isFresh(connection, now)) return undefined;
  return { subject: [userId, connectorId], standing };
}

/** The account as its owner knows it. */
export function accountName({ account }: Connection): string {
  return account.email ?? account.name ?? account.id;
}
