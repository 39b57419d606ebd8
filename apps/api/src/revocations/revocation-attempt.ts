import { Injectable } from '@nestjs/common';
import { Audit, type NewAuditEvent } from '../audit/index.js';
import type { Connector } from '../connectors/index.js';
import { Clock, failurePoint } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import { AuthorizationServerUnavailable, OAuthClient, TokenRequestRefused } from '../oauth/index.js';
import {
  revocationBinding,
  revocationEvent,
  type RevocationCall,
  type RevokedTokenSet,
  whereToRevoke,
  type SealedRevocation,
} from './revocation.js';
import { RevocationRequests } from './revocation-request.js';

/**
 * The end of one attempt. `covers`: token sets of the same grant that were obtained before this time have ended with
 * it; absent when the tokens were invalid before the request. `call`: the request, if there was one.
 */
export type AttemptEnd = { readonly call?: RevocationCall | undefined } & (
  | {
      readonly end: 'confirmed';
      readonly covers: Date | undefined;
      readonly accountId: string | undefined;
      /** The client that the tokens were issued to. */
      readonly of: Connector;
    }
  | { readonly end: 'not_supported' }
  | { readonly end: 'later'; readonly why: string; readonly retryAfterMs?: number | undefined }
);

/**
 * One attempt to revoke a token set at its provider. A repetition is harmless: tokens that are invalid already count as
 * confirmed.
 */
@Injectable()
export class RevocationAttempt {
  constructor(
    private readonly vault: Vault,
    private readonly client: OAuthClient,
    private readonly requests: RevocationRequests,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @param now the connector as it is; tokens of earlier endpoints are revoked there */
  async attemptRevocation(revocation: SealedRevocation, now: Connector): Promise<AttemptEnd> {
    const { id, userId, sealed } = revocation;
    const tokenSet = JSON.parse(
      await this.vault.open(sealed, revocationBinding(id, userId)),
    ) as RevokedTokenSet;
    const connector = whereToRevoke(now, tokenSet.client);
    try {
      const usable = await this.usable(revocation, connector, tokenSet);
      const { accountId, scopes } = tokenSet;
      if (!usable) return { end: 'confirmed', covers: undefined, accountId, of: connector };
      return await this.ask(revocation, connector, { ...usable, accountId, scopes });
    } catch (error) {
      return later(error);
    }
  }

  private async ask(
    revocation: SealedRevocation,
    connector: Connector,
    tokenSet: RevokedTokenSet,
  ): Promise<AttemptEnd> {
    const { attempts, createdAt } = revocation;
    const { accountId, scopes } = tokenSet;
    const sentAt = this.clock.date();
    const event = revocationEvent(revocation, { target: connector.target, outcome: 'intended' }, { scopes });
    const [intent] = await this.audit.record(event);
    const startedAt = performance.now();
    const called = (providerStatus?: number): RevocationCall => {
      const durationMs = Math.round(performance.now() - startedAt);
      return { intent: intent?.id, scopes, providerStatus, durationMs };
    };
    try {
      const answer = await this.requests.send(connector, tokenSet);
      failurePoint('revoke.sent');
      const call = called(answer?.status);
      if (!answer) return { end: 'not_supported', call };
      if (answer.confirmed) {
        // Invalid already at the second attempt: the first one may have done it, and its response was lost.
        const covers = answer.ended ? sentAt : attempts > 1 ? createdAt : undefined;
        return { end: 'confirmed', covers, accountId, of: connector, call };
      }
      return { end: 'later', why: `status ${answer.status}`, retryAfterMs: answer.retryAfterMs, call };
    } catch (error) {
      return { ...later(error), call: called() };
    }
  }

  /**
   * Some providers accept only a valid access token: a new one is fetched first.
   * @returns `undefined` when no token is valid any more
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
    const { scopes } = tokenSet;
    const event = (outcome: 'intended' | 'succeeded' | 'failed', call: RevocationCall): NewAuditEvent => ({
      ...revocationEvent(revocation, { target: connector.target, outcome }, { scopes, ...call }),
      type: 'token_set.refreshed',
    });
    const [intent] = await this.audit.record(event('intended', {}));
    const startedAt = performance.now();
    // The new tokens are used even if the log takes no outcome; the intent is recorded.
    const ended = (outcome: 'succeeded' | 'failed') =>
      this.audit
        .record(event(outcome, { intent: intent?.id, durationMs: Math.round(performance.now() - startedAt) }))
        .catch(() => undefined);
    try {
      const { tokenSet: renewed } = await this.client.refresh(connector, refreshToken, []);
      await ended('succeeded');
      return renewed;
    } catch (error) {
      await ended('failed');
      if (error instanceof TokenRequestRefused && error.verdict.permanent) return undefined;
      throw error;
    }
  }
}

/**
 * The end of an attempt that failed temporarily.
 * @throws the error when it is another
 */
function later(error: unknown): Extract<AttemptEnd, { end: 'later' }> {
  if (error instanceof AuthorizationServerUnavailable)
    return { end: 'later', why: 'no proper answer', retryAfterMs: error.retryAfterMs };
  if (error instanceof TokenRequestRefused)
    return { end: 'later', why: error.verdict.reason, retryAfterMs: error.retryAfterMs };
  throw error;
}
