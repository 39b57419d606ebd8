import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/index.js';
import type { Connector } from '../connectors/index.js';
import { Clock, failurePoint } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import { OAuthClient, TokenRequestRefused } from './oauth-client.js';
import { AuthorizationServerUnavailable } from './oauth-http.js';
import {
  revocationBinding,
  revocationEvent,
  type RevokedTokenSet,
  type SealedRevocation,
} from './revocation.js';
import { RevocationRequests } from './revocation-request.js';

/**
 * How one attempt ended. `covers`: token sets of the same grant that were obtained before this time have ended with
 * it; absent when the tokens had been dead before we asked.
 */
export type AttemptEnd =
  | {
      readonly end: 'confirmed';
      readonly covers: Date | undefined;
      readonly accountId: string | undefined;
    }
  | { readonly end: 'not_supported' }
  | { readonly end: 'later'; readonly why: string; readonly retryAfterMs?: number | undefined };

/** One try to end a token set at its provider. Asking twice is harmless: what is dead already counts as confirmed. */
@Injectable()
export class RevocationAttempt {
  constructor(
    private readonly vault: Vault,
    private readonly client: OAuthClient,
    private readonly requests: RevocationRequests,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async run(revocation: SealedRevocation, connector: Connector): Promise<AttemptEnd> {
    const { id, userId, sealed, attempts, createdAt } = revocation;
    const tokenSet = JSON.parse(
      await this.vault.open(sealed, revocationBinding(id, userId)),
    ) as RevokedTokenSet;
    const { accountId } = tokenSet;
    try {
      const usable = await this.usable(revocation, connector, tokenSet);
      const sentAt = this.clock.date();
      if (!usable) return { end: 'confirmed', covers: undefined, accountId };
      await this.audit.record(revocationEvent(revocation, connector.target, 'intended'));
      const answer = await this.requests.send(connector, usable);
      failurePoint('revoke.sent');
      if (!answer) return { end: 'not_supported' };
      if (answer.confirmed) {
        // Dead already at the second try: the first one may have done it, and its answer was lost.
        const covers = answer.ended ? sentAt : attempts > 1 ? createdAt : undefined;
        return { end: 'confirmed', covers, accountId };
      }
      return { end: 'later', why: `status ${answer.status}`, retryAfterMs: answer.retryAfterMs };
    } catch (error) {
      if (error instanceof AuthorizationServerUnavailable)
        return { end: 'later', why: 'no proper answer', retryAfterMs: error.retryAfterMs };
      if (error instanceof TokenRequestRefused)
        return { end: 'later', why: error.verdict.reason, retryAfterMs: error.retryAfterMs };
      throw error;
    }
  }

  /**
   * Some providers take only an access token that lives: a new one is fetched first.
   * @returns `undefined` when nothing lives any more
   */
  private async usable(
    revocation: SealedRevocation,
    connector: Connector,
    tokenSet: RevokedTokenSet,
  ): Promise<RevokedTokenSet | undefined> {
    const { expiresAt, refreshToken } = tokenSet;
    const isStale = expiresAt !== undefined && expiresAt <= this.clock.now();
    if (!connector.preset.revocation.needsLiveAccessToken || !isStale) return tokenSet;
    if (!refreshToken) return undefined;
    await this.audit.record(
      revocationEvent(revocation, connector.target, 'intended', {}, 'token_set.refreshed'),
    );
    try {
      return (await this.client.refresh(connector, refreshToken, [])).tokenSet;
    } catch (error) {
      if (error instanceof TokenRequestRefused && error.verdict.permanent) return undefined;
      throw error;
    }
  }
}
