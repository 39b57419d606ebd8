export type TokenStatus = 'active' | 'expired' | 'inactive';

/** Why a connection does not simply work. */
export const CONNECTION_REASONS = [
  /** We were told to end it. */
  'disconnected',
  /** The provider says that the grant has ended, or it ended together with another of the same account. */
  'revoked',
  /** The token has expired and there is no refresh token. */
  'expired',
  /** The provider wants the user to sign in again. */
  'reauthentication_required',
  /** Refreshes fail temporarily; the grant itself is not known to have ended. */
  'refresh_failing',
  /** The provider issued a new refresh token and its response was lost: the grant can no longer be used. */
  'refresh_answer_lost',
  /** The connector was pointed elsewhere: tokens of one place are never sent to another. */
  'connector_moved',
  /** It works, with fewer scopes than were requested. */
  'scope_missing',
] as const;

export type ConnectionReason = (typeof CONNECTION_REASONS)[number];

/** Reasons with which a connection can still be used. */
const USABLE: readonly (ConnectionReason | undefined)[] = [undefined, 'refresh_failing', 'scope_missing'];

/** Whether the connection is usable as far as we know. */
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
  /** No token of it is handed out until the connector is enabled again. */
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
  /** The last classified failure of the provider, or of the way to it. */
  readonly failedAt?: Date | undefined;
  readonly failure?: string | undefined;
  /** Facts about the sealed token set; absent when none is stored. */
  readonly tokens?:
    | {
        readonly version: number;
        readonly refreshable: boolean;
        readonly obtainedAt: Date;
        readonly expiresAt?: Date | undefined;
        /** When the worker refreshes them by itself. */
        readonly refreshAt?: Date | undefined;
        /** Refreshes of this version that failed temporarily. */
        readonly failures: number;
        /** Before this time the worker does not try again. */
        readonly retryAt?: Date | undefined;
      }
    | undefined;
}

/** A connection with its sealed token set, for the code that opens it. */
export interface SealedConnection extends Connection {
  readonly sealed?: Uint8Array | undefined;
}

/** `inactive`: nothing stored. `expired`: stored and past its expiry. `active`: stored and not past it. */
export function tokenStatus({ tokens }: Pick<Connection, 'tokens'>, now: number): TokenStatus {
  if (!tokens) return 'inactive';
  return tokens.expiresAt !== undefined && tokens.expiresAt.getTime() <= now ? 'expired' : 'active';
}

/** Whether its token has expired and cannot be refreshed. */
export function isOver(connection: Pick<Connection, 'tokens'>, now: number): boolean {
  return tokenStatus(connection, now) === 'expired' && !connection.tokens?.refreshable;
}

/** Time that the call with a token may take: ten seconds, or a fifth of a shorter lifetime. */
export const MARGIN_MS = 10_000;
const MARGIN_SHARE = 0.2;

/** Whether a token is so close to its expiry that it is refreshed before use. */
export function needsRefresh({ tokens }: Pick<Connection, 'tokens'>, now: number): boolean {
  if (tokens?.expiresAt === undefined) return false;
  const expiresAt = tokens.expiresAt.getTime();
  const lifetime = expiresAt - tokens.obtainedAt.getTime();
  return expiresAt - Math.min(MARGIN_MS, lifetime * MARGIN_SHARE) <= now;
}

/** The account as its owner knows it. */
export function accountName({ account }: Connection): string {
  return account.email ?? account.name ?? account.id;
}
