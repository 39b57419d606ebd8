import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock, isUniqueViolation } from '../platform/index.js';
import type { Connector } from '../connectors/index.js';
import { grantBinding, type Authorization } from './authorization.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { asUsed } from './hosted/callback-answer.js';
import {
  type GrantOwner,
  LaterConsents,
  type StoredGrant,
  StoreGrant,
  TokenSetBusy,
  TokenVault,
} from '../connections/index.js';
import type { AccountGrant } from '../oauth/index.js';
import { IdentityOnlyGrants } from './identity-only-grants.js';

/** How long a refresh that is under way is waited for. */
const PATIENCE_MS = 45_000;
const LOOK_EVERY_MS = 50;

/** Holds a grant between its callback and its connection, sealed with the authorization it came from. */
@Injectable()
export class PendingGrants {
  constructor(
    private readonly vault: TokenVault,
    private readonly records: AuthorizationsRepository,
    private readonly storeGrant: StoreGrant,
    private readonly identityOnly: IdentityOnlyGrants,
    private readonly clock: Clock,
    consents: LaterConsents,
  ) {
    consents.register((tx, connectionId, obtainedAt) =>
      this.records.hasLaterConsent(tx, connectionId, obtainedAt),
    );
  }

  seal(record: Authorization, connector: Connector, grant: AccountGrant): Promise<Uint8Array<ArrayBuffer>> {
    return this.vault.sealFor(connector, JSON.stringify(grant), grantBinding(record));
  }

  /** @throws Problem 409 `authorization_already_used` when the connector was pointed elsewhere meanwhile */
  async open(record: Authorization, connector: Connector): Promise<AccountGrant> {
    if (!record.sealed) throw new Error(`authorization ${record.id} holds no grant`);
    const opened = this.vault.openFor(connector, record.sealed, grantBinding(record)).catch(asUsed);
    return JSON.parse(await opened) as AccountGrant;
  }

  /**
   * Stores the grant and ends its authorization in one transaction, once: a second caller gets the first one's connection.
   * Over a connector that stores no tokens the account is proven, and nothing is kept.
   * @returns the authorization as it is then
   * @throws TokenSetBusy when the token set is being refreshed and stays so
   */
  async complete(record: Authorization, grant: AccountGrant, owner: GrantOwner): Promise<Authorization> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (let aliasFailed = false; ;) {
      try {
        await this.store(record, grant, owner);
        break;
      } catch (error) {
        if (isUniqueViolation(error) && !aliasFailed) aliasFailed = true;
        else if (!(error instanceof TokenSetBusy) || performance.now() > giveUpAt) throw error;
        await sleep(LOOK_EVERY_MS);
      }
    }
    const ended = await this.records.findAuthorization(record.id);
    if (!ended) throw new Error(`authorization ${record.id} is gone`);
    return ended;
  }

  private async store(record: Authorization, grant: AccountGrant, owner: GrantOwner): Promise<void> {
    await this.records.inTransaction(async (tx) => {
      const end = {
        status: 'completed' as const,
        sealed: null,
        holdMs: null,
        finishedAt: this.clock.date(),
      };
      if (!(await this.records.moveIn(tx, { id: record.id, from: ['verified'] }, end))) return;
      if (!owner.connector.options.storeTokens) return this.identityOnly.end(tx, record, grant, owner);
      const stored = await this.storeGrant.store(tx, grant, owner);
      await this.records.moveIn(tx, { id: record.id, from: ['completed'] }, whatBecame(record, stored));
    });
  }
}

/**
 * A link whose answer took earlier scopes away goes on at once: the next trip asks for all of them together. The
 * guide's record has had its trip.
 */
function whatBecame({ kind }: Authorization, { connectionId, outcome, scopes }: StoredGrant) {
  if (kind === 'hosted' && outcome === 'kept_wider')
    return { status: 'created' as const, error: 'scopes_dropped', forConnectionId: connectionId };
  return { status: 'completed' as const, connectionId, grantedScopes: scopes };
}
