import { Injectable } from '@nestjs/common';
import { satisfies } from '@valetkey/providers';
import { Audit, type AuditActor } from '../audit/index.js';
import type { Connector } from '../connectors/index.js';
import { newId, type RequestTrace, type Transaction } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import type { AccountGrant } from './callback-answer.js';
import type { ConnectionReason, SealedConnection } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';
import { GrantUnions } from './grant-unions.js';
import { refreshAt } from './refresh-schedule.js';
import { tokenSetBinding, type TokenSet } from './token-set.js';
import { TokenSetsRepository, type TokenSetRow } from './token-sets.repository.js';

export interface GrantOwner {
  readonly userId: string;
  readonly connector: Connector;
  readonly actor: AuditActor;
  readonly agentId?: string | undefined;
  readonly trace?: RequestTrace | undefined;
  /** Scopes that were asked for, to name what was not granted. */
  readonly requestedScopes: readonly string[];
}

/** Puts a grant into the vault: a new connection, or the next token set of the one with the same account. */
@Injectable()
export class StoreGrant {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly tokenSets: TokenSetsRepository,
    private readonly vault: Vault,
    private readonly audit: Audit,
    private readonly unions: GrantUnions,
  ) {}

  /**
   * Stores inside `tx`, its audit event included. A token set newer than this one stays; a refresh token that the
   * answer leaves out is kept from the one before, since providers repeat it only after a full consent.
   * @returns the id of the connection
   */
  async store(tx: Transaction, grant: AccountGrant, owner: GrantOwner): Promise<string> {
    const { userId, connector } = owner;
    const known = await this.connections.findAccount(tx, userId, connector.id, grant.account.id);
    const id = known?.id ?? newId('con');
    if (known?.tokens && known.tokens.obtainedAt.getTime() > grant.tokenSet.obtainedAt) return id;
    if (known?.tokens) this.unions.note(id, connector, known.scopes, grant.scopes);
    await this.putConnection(tx, id, grant, owner, known !== undefined);
    const refreshToken = grant.tokenSet.refreshToken ?? (await this.keptRefreshToken(known));
    await this.tokenSets.put(tx, id, await this.seal({ ...grant.tokenSet, refreshToken }, id, userId));
    await this.audit.recordIn(tx, {
      type: known ? 'connection.reauthorized' : 'connection.created',
      outcome: 'succeeded',
      actor: owner.actor,
      userId,
      agentId: owner.agentId,
      connectionId: id,
      target: connector.target,
      ...owner.trace,
      detail: {
        scopes: grant.scopes,
        notGranted: satisfies(connector.preset, grant.scopes, owner.requestedScopes),
        refreshable: refreshToken !== undefined,
      },
    });
    return id;
  }

  private async putConnection(
    tx: Transaction,
    id: string,
    { account, scopes }: AccountGrant,
    { userId, connector, requestedScopes }: GrantOwner,
    exists: boolean,
  ): Promise<void> {
    const missing = satisfies(connector.preset, scopes, requestedScopes);
    const reason: ConnectionReason | null = missing.length > 0 ? 'scope_missing' : null;
    const row = {
      accountName: account.name ?? null,
      accountEmail: account.email ?? null,
      scopes: [...scopes],
    };
    if (exists)
      await this.connections.update(tx, id, {
        ...row,
        reason,
        disconnectedAt: null,
        failedAt: null,
        failure: null,
      });
    else
      await this.connections.create(tx, {
        id,
        userId,
        connectorId: connector.id,
        accountId: account.id,
        reason,
        ...row,
      });
  }

  private async keptRefreshToken(known: SealedConnection | undefined): Promise<string | undefined> {
    if (!known?.sealed || !known.tokens?.refreshable) return undefined;
    return (await this.open(known.sealed, known.id, known.userId)).refreshToken;
  }

  /** The row for a token set of this connection. `lastWantedAt`: its last use, if that is not this consent. */
  async seal(
    tokenSet: TokenSet,
    connectionId: string,
    userId: string,
    lastWantedAt = tokenSet.obtainedAt,
  ): Promise<TokenSetRow> {
    const { obtainedAt, expiresAt } = tokenSet;
    const refreshable = tokenSet.refreshToken !== undefined;
    const due = refreshAt({ connectionId, refreshable, obtainedAt, expiresAt, lastWantedAt });
    return {
      sealed: await this.vault.seal(JSON.stringify(tokenSet), tokenSetBinding(connectionId, userId)),
      tokenType: tokenSet.tokenType,
      refreshable,
      obtainedAt: new Date(obtainedAt),
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
      refreshAt: due === undefined ? null : new Date(due),
    };
  }

  async open(sealed: Uint8Array, connectionId: string, userId: string): Promise<TokenSet> {
    return JSON.parse(await this.vault.open(sealed, tokenSetBinding(connectionId, userId))) as TokenSet;
  }
}
