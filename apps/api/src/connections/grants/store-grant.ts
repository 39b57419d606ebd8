import { Injectable } from '@nestjs/common';
import { satisfies } from '@valetkey/providers';
import { Audit, type AuditActor, type NewAuditEvent } from '../../audit/index.js';
import type { Connector } from '../../connectors/index.js';
import { newId, Problem, type RequestTrace, type Transaction } from '../../platform/index.js';
import type { ConnectionReason, SealedConnection } from '../connection.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { droppedScopes } from './incremental-authorization.js';
import { GrantsRepository } from './grants.repository.js';
import { LaterConsents } from './later-consents.js';
import { refreshAt } from '../refresh/refresh-schedule.js';
import type { AccountGrant, TokenSet } from '../../oauth/index.js';
import { TokenSetsRepository, type TokenSetRow } from '../refresh/token-sets.repository.js';
import { TokenVault } from '../token-vault.js';

export interface GrantOwner {
  readonly userId: string;
  readonly connector: Connector;
  readonly actor: AuditActor;
  readonly agentId?: string | undefined;
  readonly trace?: RequestTrace | undefined;
  /** Scopes that were requested, to name those that were not granted. */
  readonly requestedScopes: readonly string[];
  /** The alias for a connection that has none yet. */
  readonly alias?: string | undefined;
  /** It was not obtained by a consent of ours. */
  readonly imported?: boolean | undefined;
}

/**
 * The outcome for a grant. `kept_newer`: a later consent is stored. `kept_wider`: the provider dropped scopes that it
 * was to keep, so the earlier token set stays until one consent has granted all of them.
 */
export interface StoredGrant {
  readonly connectionId: string;
  readonly outcome: 'stored' | 'kept_newer' | 'kept_wider';
  /** The scopes of the token set that is stored now. */
  readonly scopes: readonly string[];
}

/** The refresh token that would be kept is being used at the provider right now, and may be replaced. */
export class TokenSetBusy extends Problem<'provider_unavailable.refreshing'> {
  constructor() {
    super('provider_unavailable.refreshing');
  }
}

/** Stores a grant in the vault: as a new connection, or as the next token set of the one with the same account. */
@Injectable()
export class StoreGrant {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly tokenSets: TokenSetsRepository,
    private readonly vault: TokenVault,
    private readonly audit: Audit,
    private readonly grants: GrantsRepository,
    private readonly consents: LaterConsents,
  ) {}

  /**
   * Stores inside `tx`, its audit event included. A token set of a later consent stays, and so does one whose scopes
   * the provider should have added up and did not. A refresh token that the response omits is taken from the one
   * before, since providers repeat it only after a full consent.
   * @throws TokenSetBusy when that one is being used right now; store again in a moment
   */
  async store(tx: Transaction, grant: AccountGrant, owner: GrantOwner): Promise<StoredGrant> {
    const { userId, connector } = owner;
    const account = { userId, connectorId: connector.id, accountId: grant.account.id };
    const isRefreshing = await this.grants.lock(tx, account);
    const known = await this.connections.findAccount(tx, userId, connector.id, grant.account.id);
    if (known?.tokens) {
      const { id: connectionId, scopes } = known;
      if (await this.isSuperseded(tx, known, grant)) return { connectionId, outcome: 'kept_newer', scopes };
      const held = works(known, grant.tokenSet.obtainedAt) ? scopes : [];
      const dropped = droppedScopes(connector, held, {
        granted: grant.scopes,
        sent: grant.sentScopes ?? held,
      });
      if (dropped.length > 0) {
        await this.keepWider(tx, known, dropped, owner);
        return { connectionId, outcome: 'kept_wider', scopes };
      }
      const isNeeded = grant.tokenSet.refreshToken === undefined && known.tokens.refreshable;
      if (isRefreshing && isNeeded) throw new TokenSetBusy();
    }
    const id = known?.id ?? newId('con');
    await this.putConnection(tx, { id, known }, grant, owner);
    const refreshToken = grant.tokenSet.refreshToken ?? (await this.keptRefreshToken(known));
    const row = await this.seal({ ...grant.tokenSet, refreshToken }, { id, userId }, connector);
    await this.tokenSets.put(tx, id, row);
    await this.record(tx, owner, {
      connectionId: id,
      type: typeOf(owner, known),
      outcome: 'succeeded',
      detail: {
        scopes: grant.scopes,
        notGranted: satisfies(connector.preset, grant.scopes, owner.requestedScopes),
        refreshable: refreshToken !== undefined,
        ...(owner.imported ? { isNew: known === undefined } : {}),
      },
    });
    return { connectionId: id, outcome: 'stored', scopes: grant.scopes };
  }

  /**
   * Older than the stored one, by consent: a refresh since then makes a token set no newer than the consent behind it.
   */
  private async isSuperseded(
    tx: Transaction,
    { id, tokens, lastRefreshedAt }: SealedConnection,
    { tokenSet }: AccountGrant,
  ): Promise<boolean> {
    if (!tokens || tokens.obtainedAt.getTime() <= tokenSet.obtainedAt) return false;
    const isFromRefresh = lastRefreshedAt !== undefined && lastRefreshedAt >= tokens.obtainedAt;
    return !isFromRefresh || this.consents.hasLater(tx, id, new Date(tokenSet.obtainedAt));
  }

  private async keepWider(
    tx: Transaction,
    { id }: SealedConnection,
    dropped: readonly string[],
    owner: GrantOwner,
  ): Promise<void> {
    await this.grants.noteLackOfIncrementalScopes(tx, id);
    const detail = { code: 'scopes_dropped', dropped };
    await this.record(tx, owner, {
      connectionId: id,
      type: 'connection.reauthorized',
      outcome: 'failed',
      detail,
    });
  }

  private async record(
    tx: Transaction,
    { actor, userId, agentId, connector, trace }: GrantOwner,
    what: Pick<NewAuditEvent, 'type' | 'outcome' | 'connectionId' | 'detail'>,
  ): Promise<void> {
    await this.audit.recordIn(tx, { actor, userId, agentId, target: connector.target, ...trace, ...what });
  }

  private async putConnection(
    tx: Transaction,
    { id, known }: { readonly id: string; readonly known: SealedConnection | undefined },
    { account, scopes }: AccountGrant,
    { userId, connector, requestedScopes, alias: wanted }: GrantOwner,
  ): Promise<void> {
    const missing = satisfies(connector.preset, scopes, requestedScopes);
    const reason: ConnectionReason | null = missing.length > 0 ? 'scope_missing' : null;
    const row = {
      accountName: account.name ?? null,
      accountEmail: account.email ?? null,
      scopes: [...scopes],
    };
    const requestedAlias = known?.alias === undefined ? wanted : undefined;
    const isTaken =
      requestedAlias !== undefined &&
      (await this.grants.isAliasTaken({ userId, connectorId: connector.id, alias: requestedAlias }, id, tx));
    const alias = requestedAlias === undefined || isTaken ? {} : { alias: requestedAlias };
    const well = { disconnectedAt: null, failedAt: null, failure: null };
    if (known) await this.connections.update(tx, id, { ...row, ...alias, ...well, reason });
    else
      await this.connections.create(tx, {
        id,
        userId,
        connectorId: connector.id,
        accountId: account.id,
        reason,
        ...row,
        ...alias,
      });
  }

  private async keptRefreshToken(known: SealedConnection | undefined): Promise<string | undefined> {
    if (!known?.sealed || !known.tokens?.refreshable) return undefined;
    // A token set of other endpoints is not sent to these.
    if (!(await this.vault.isForConnector(known))) return undefined;
    return (await this.vault.open(known)).refreshToken;
  }

  /** The row for a token set that `connector` got. `lastWantedAt`: its last use, if that is not this consent. */
  async seal(
    tokenSet: TokenSet,
    owner: Pick<SealedConnection, 'id' | 'userId'>,
    connector: Connector,
    lastWantedAt = tokenSet.obtainedAt,
  ): Promise<TokenSetRow> {
    const { obtainedAt, expiresAt } = tokenSet;
    const refreshable = tokenSet.refreshToken !== undefined;
    const due = refreshAt({ connectionId: owner.id, refreshable, obtainedAt, expiresAt, lastWantedAt });
    return {
      sealed: await this.vault.seal(tokenSet, owner, connector),
      tokenType: tokenSet.tokenType,
      refreshable,
      obtainedAt: new Date(obtainedAt),
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
      refreshAt: due === undefined ? null : new Date(due),
    };
  }

  /** @throws UnsealError */
  open(connection: SealedConnection): Promise<TokenSet> {
    return this.vault.open(connection);
  }
}

function typeOf({ imported }: GrantOwner, known: SealedConnection | undefined): NewAuditEvent['type'] {
  if (imported) return 'connection.imported';
  return known ? 'connection.reauthorized' : 'connection.created';
}

/** Whether the stored token set is usable at `now`, or will be after a refresh. */
function works({ tokens, reason }: SealedConnection, now: number): boolean {
  if (tokens?.refreshable) return true;
  const isOver = tokens?.expiresAt !== undefined && tokens.expiresAt.getTime() <= now;
  return !isOver && (reason === undefined || reason === 'refresh_failing' || reason === 'scope_missing');
}
