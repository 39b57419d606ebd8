import { Injectable } from '@nestjs/common';
import { ConnectorsService, type Connector } from '../connectors/index.js';
import { Vault } from '../vault/index.js';
import { OAuthClient, TokenRequestRefused } from './oauth-client.js';
import { AuthorizationServerUnavailable } from './oauth-http.js';
import { RevocationsRepository, type Revocation } from './revocations.repository.js';
import type { TokenSet } from './token-set.js';
import { RevocationRecords } from './revocation-records.js';

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60 * 60_000;
const IN_HAND_MS = 60_000;
const BATCH = 20;

export function revocationBinding(rowId: string, userId: string) {
  return { purpose: 'revocation.token_set', rowId, userId };
}

/** Tells providers that a grant is over, again and again until they confirm it. */
@Injectable()
export class Revocations {
  constructor(
    private readonly rows: RevocationsRepository,
    private readonly connectors: ConnectorsService,
    private readonly client: OAuthClient,
    private readonly vault: Vault,
    private readonly records: RevocationRecords,
  ) {}

  /** Tries what is due; called after a disconnect and every few seconds by the worker. */
  async runDue(): Promise<void> {
    const now = this.records.clock.now();
    const due = await this.rows.takeDue(new Date(now), new Date(now + IN_HAND_MS), BATCH);
    await Promise.all(
      due.map((revocation) =>
        this.attempt(revocation).catch((error: unknown) => this.failed(revocation, error)),
      ),
    );
  }

  private async attempt(revocation: Revocation): Promise<void> {
    const connector = await this.connectors.find(revocation.connectorId);
    const tokenSet = JSON.parse(
      await this.vault.open(revocation.sealed, revocationBinding(revocation.id, revocation.userId)),
    ) as TokenSet;
    try {
      const confirmed = connector ? await this.revoke(connector, tokenSet) : undefined;
      if (confirmed === false) return await this.tryLater(revocation, 'not confirmed');
      await this.records.finished(revocation, connector?.target, confirmed === true);
      await this.rows.finish(
        revocation.id,
        confirmed ? 'confirmed' : 'not_supported',
        this.records.clock.date(),
      );
    } catch (error) {
      if (!(error instanceof AuthorizationServerUnavailable)) throw error;
      await this.tryLater(revocation, error.message);
    }
  }

  /** Some providers take only an access token that lives: a new one is fetched first, and a dead grant needs no more. */
  private async revoke(connector: Connector, tokenSet: TokenSet): Promise<boolean | undefined> {
    const { expiresAt, refreshToken } = tokenSet;
    const isStale = expiresAt !== undefined && expiresAt <= this.records.clock.now();
    if (!connector.preset.revocation.needsLiveAccessToken || !isStale || !refreshToken)
      return this.client.revoke(connector, tokenSet);
    try {
      return await this.client.revoke(
        connector,
        (await this.client.refresh(connector, refreshToken, [])).tokenSet,
      );
    } catch (error) {
      if (error instanceof TokenRequestRefused) return error.verdict.permanent;
      throw error;
    }
  }

  /** Our own mistake with one of them is no reason to leave the others, or the user who disconnects, without an answer. */
  private failed({ id }: Revocation, error: unknown): void {
    this.records.log.error('revocation failed', { revocationId: id, error });
  }

  private async tryLater({ id, attempts }: Revocation, why: string): Promise<void> {
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 12));
    this.records.log.warn('revocation not confirmed yet', { revocationId: id, attempts, reason: why });
    await this.rows.retryAt(id, new Date(this.records.clock.now() + waitMs), why);
  }
}
