import { Injectable } from '@nestjs/common';
import type { NewAuditEvent } from '../audit/index.js';
import { Problem } from '../platform/index.js';
import { PoliciesService, verbAction } from '../policies/index.js';
import type { SealedConnection } from './connection.js';
import type { ConnectionUse, WantedConnection } from './connection-lookups.repository.js';
import { ConnectionUses } from './connection-uses.js';
import { ConnectionsService } from './connections.service.js';
import { TokenRefresher } from './refresh/token-refresher.js';
import { LastUse } from './last-use.js';
import { Reauthorization, type Reader } from './reauthorization.js';
import type { TokenSet } from '../oauth/index.js';
import { TokenVault } from './token-vault.js';

/** A valid access token, and the facts about it. */
export interface AccessToken {
  readonly connection: SealedConnection;
  readonly tokenSet: TokenSet;
}

/** Hands out valid access tokens: refreshed when necessary, and never without a committed audit event. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly refresher: TokenRefresher,
    private readonly vault: TokenVault,
    private readonly lastUse: LastUse,
    private readonly reauthorization: Reauthorization,
    private readonly connections: ConnectionsService,
    private readonly uses: ConnectionUses,
    private readonly policies: PoliciesService,
  ) {}

  /**
   * Reads the token itself for a user or agent.
   * @throws Problem 403 `policy_denied` when the agent that minted the user token may not read this one, 404
   * `token_not_found`, 403 `reauthorization_required` with the link, 409 `ambiguous_connection`, 503
   * `provider_unavailable`, `audit_unavailable` or `unavailable`
   */
  async read(wanted: WantedConnection, reader: Reader): Promise<AccessToken> {
    const use: ConnectionUse = { ...wanted, event: readBy(reader), givesToken: true };
    const judge = async (found: readonly SealedConnection[]) => {
      const connection = await this.connections.chooseAmong(found, wanted);
      if (!connection) throw new Problem('token_not_found.target');
      await this.requireOfMinter(connection, reader);
      return this.withLink(this.refresher.fresh(connection), connection, reader);
    };
    const mayRecord = await this.mayRecordUnjudged(wanted, reader);
    const { connection } = await (mayRecord
      ? this.uses.record(use, judge)
      : this.uses.judgeFirst(use, judge));
    return this.open(connection);
  }

  /**
   * A token for a call that we make ourselves; the caller has recorded its intent.
   * @throws Problem as `read` does; the link is there when the reader is given
   */
  async use(connection: SealedConnection, reader?: Reader): Promise<AccessToken> {
    return this.open(await this.withLink(this.refresher.fresh(connection), connection, reader));
  }

  /**
   * Another token than the one that the provider has just refused.
   * @throws Problem as `use` does
   */
  async renew(connection: SealedConnection, reader?: Reader): Promise<AccessToken> {
    return this.open(await this.withLink(this.refresher.renewed(connection), connection, reader));
  }

  /** Rules may ask which connection it is, so that it has to be known before. @throws Problem 403 `policy_denied` */
  private async mayRecordUnjudged(
    { userId }: WantedConnection,
    { mintedBy, trace }: Reader,
  ): Promise<boolean> {
    if (mintedBy === undefined) return true;
    if (await this.policies.hasRules()) return false;
    const principal = { type: 'agent', id: mintedBy } as const;
    await this.policies.require({ principal, userId, action: verbAction('token.read') }, trace);
    return true;
  }

  /**
   * An agent must not read through a user token that it minted a token that it may not read itself. The id of a
   * connection that does not exist yet is empty: rules read it, and one that cannot be judged refuses.
   * @throws Problem 403 `policy_denied`
   */
  async requireOfMinter(
    { id: connectionId, userId, target }: Pick<SealedConnection, 'id' | 'userId' | 'target'>,
    { mintedBy, trace }: Pick<Reader, 'mintedBy' | 'trace'>,
  ): Promise<void> {
    if (mintedBy === undefined) return;
    const principal = { type: 'agent', id: mintedBy } as const;
    const context = { connectionId, target };
    await this.policies.require({ principal, userId, action: verbAction('token.read'), context }, trace);
  }

  private async withLink<T>(
    work: Promise<T>,
    connection: SealedConnection,
    reader: Reader | undefined,
  ): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw reader ? await this.reauthorization.attachLink(error, connection, reader) : error;
    }
  }

  private async open(connection: SealedConnection): Promise<AccessToken> {
    const tokenSet = await this.vault.open(connection);
    this.lastUse.note(connection.id);
    return { connection, tokenSet };
  }
}

function readBy({ actor, agentId, trace }: Reader): NewAuditEvent {
  return { type: 'access_token.read', outcome: 'succeeded', actor, agentId, ...trace, detail: {} };
}
