import type { AuditOutcome, NewAuditEvent } from '../audit/index.js';
import { clientAudience, presetOf, type Connector } from '../connectors/index.js';
import type { TokenSet } from '../oauth/index.js';
import type { RevocationProgress } from '../connections/index.js';
import { backoffMs } from '../platform/index.js';

/** A token set that is no longer used here, and the progress of its revocation at the provider. */
export interface Revocation extends RevocationProgress {
  readonly connectionId: string;
  readonly userId: string;
  readonly connectorId: string;
  readonly attempts: number;
  /** In our own words, never the provider's. */
  readonly lastError?: string | undefined;
  readonly nextAt: Date;
}

/** A revocation with the sealed token set, for the code that carries it out. */
export interface SealedRevocation extends Revocation {
  readonly sealed: Uint8Array;
}

/** The sealed content of a revocation: the tokens, their account and scopes, since the connection may be gone. */
export type RevokedTokenSet = TokenSet & {
  readonly accountId?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** The client that the tokens were issued to: absent in records of an earlier version. */
  readonly client?: RevokedClient | undefined;
};

/** A connector reduced to the members that are needed to revoke its tokens where they were issued. */
export interface RevokedClient extends Pick<Connector, 'clientId' | 'endpointOverrides' | 'options'> {
  readonly preset: string;
  readonly clientSecret?: string | undefined;
}

export function revokedClient(connector: Connector, clientSecret: string | undefined): RevokedClient {
  const { preset, clientId, endpointOverrides, options } = connector;
  return { preset: preset.id, clientId, endpointOverrides, options, clientSecret };
}

/**
 * The connector as it is, or as it was if it has been pointed elsewhere since: tokens are revoked where they were
 * issued.
 */
export function whereToRevoke(connector: Connector, client: RevokedClient | undefined): Connector {
  if (!client) return connector;
  const { clientId, endpointOverrides, options, clientSecret } = client;
  const preset = presetOf(client.preset);
  const former = { ...connector, preset, clientId, endpointOverrides, options, former: { clientSecret } };
  const isSame = connector.clientId === clientId && clientAudience(connector) === clientAudience(former);
  return isSame ? connector : former;
}

/** The request of an attempt, as audit events record it. */
export interface RevocationCall extends Pick<NewAuditEvent, 'scopes' | 'providerStatus' | 'durationMs'> {
  /** The id of the event of the intent. */
  readonly intent?: string | undefined;
}

/** The binding of a revocation's token set in the vault. */
export function revocationBinding(rowId: string, userId: string) {
  return { purpose: 'revocation.token_set', rowId, userId };
}

const WAITS = { firstMs: 5_000, longestMs: 60 * 60_000 };
const GIVE_UP_MS = 30 * 24 * 60 * 60_000;

/**
 * The wait after attempt number `attempts`: 5 s, doubling to an hour, no sooner than the provider asks for.
 * @returns `undefined` when it has been tried for 30 days
 */
export function nextAttemptMs(
  { createdAt, attempts }: Pick<Revocation, 'createdAt' | 'attempts'>,
  now: number,
  retryAfterMs = 0,
): number | undefined {
  if (now - createdAt.getTime() >= GIVE_UP_MS) return undefined;
  return Math.max(retryAfterMs, backoffMs(WAITS, attempts));
}

/** The details of a step; with the target where its connector is known. */
interface RevocationStep {
  readonly target?: string | undefined;
  readonly outcome: AuditOutcome;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** The audit event of a step of a revocation. */
export function revocationEvent(
  { id, userId, connectionId }: Revocation,
  { target, outcome, detail = {} }: RevocationStep,
  { intent, ...call }: RevocationCall = {},
): NewAuditEvent {
  return {
    type: 'connection.revoked',
    outcome,
    actor: { type: 'system', id: 'revocation' },
    userId,
    connectionId,
    target,
    ...call,
    detail: { revocationId: id, intent, ...detail },
  };
}
