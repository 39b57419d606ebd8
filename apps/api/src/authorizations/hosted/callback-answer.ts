import { Injectable } from '@nestjs/common';
import type { Connector } from '../../connectors/index.js';
import { failurePoint, invalidInput, Log, Problem } from '../../platform/index.js';
import { WrongAudienceError } from '../../vault/index.js';
import {
  type AccountGrant,
  authorizationErrorProblem,
  AuthorizationRejected,
  AuthorizationServerUnavailable,
  isSameIssuer,
  misconfigured,
  OAuthClient,
  TokenRequestRefused,
  unavailableProblem,
} from '../../oauth/index.js';
import { pkceBinding, type Authorization, type PkceSecrets } from '../authorization.js';
import { AccountMismatch } from '../account-mismatch.js';
import { TokenVault } from '../../connections/index.js';

/** The parameters of the provider's callback (RFC 6749, section 4.1.2; `iss` by RFC 9207). */
export interface CallbackParameters {
  readonly code?: string | undefined;
  readonly error?: string | undefined;
  readonly iss?: string | undefined;
}

/** Turns the provider's callback into a grant, or into the problem that says what went wrong. */
@Injectable()
export class CallbackAnswers {
  constructor(
    private readonly client: OAuthClient,
    private readonly vault: TokenVault,
    private readonly others: AccountMismatch,
    private readonly log: Log,
  ) {}

  /**
   * @returns the code.
   * @throws Problem, each cause its own code; `issuer_mismatch` before anything else is trusted
   */
  async check(
    kind: Authorization['kind'],
    connector: Connector,
    { code, error, iss }: CallbackParameters,
  ): Promise<string> {
    await this.requireIssuer(kind, connector, iss);
    if (error !== undefined) {
      this.log.warn('authorization ended by the provider', {
        target: connector.target,
        oauthError: error.replace(/[^\w.-]/g, '').slice(0, 60),
      });
      throw authorizationErrorProblem(error, connector.target);
    }
    if (code === undefined || code === '') throw invalidInput('connectorData.code: is missing');
    return code;
  }

  /**
   * RFC 9207, section 2.4: an `iss` that is present must be right, and one that was announced must be present. The
   * guide's app passes on only code and state, so it may be missing there.
   */
  private async requireIssuer(
    kind: Authorization['kind'],
    connector: Connector,
    iss: string | undefined,
  ): Promise<void> {
    if (iss === undefined && kind === 'verification') return;
    const { endpoints, sendsIssuer } = await this.client.server(connector).catch((error: unknown) => {
      throw this.toProblem(error, connector.target);
    });
    const { issuer } = endpoints;
    if (iss === undefined ? !sendsIssuer : issuer === undefined || isSameIssuer(iss, issuer)) return;
    throw new Problem(iss === undefined ? 'issuer_mismatch.missing' : 'issuer_mismatch');
  }

  /**
   * @throws Problem 409 `account_mismatch`, 400 `authorization_failed`, 502 `provider_unavailable` (the code may still
   * be valid)
   */
  async exchange(connector: Connector, authorization: Authorization, code: string): Promise<AccountGrant> {
    const { sealed, redirectUri } = authorization;
    if (!sealed) throw new Problem('authorization_already_used');
    const opened = this.vault.openFor(connector, sealed, pkceBinding(authorization)).catch(asUsed);
    const secrets = JSON.parse(await opened) as PkceSecrets;
    const { codeVerifier, nonce, sentScopes } = secrets;
    const exchange = { code, redirectUri, codeVerifier, nonce, requestedScopes: sentScopes };
    const granted = await this.client.exchangeCode(connector, exchange).catch((error: unknown) => {
      throw this.toProblem(error, connector.target);
    });
    failurePoint('connect.exchanged');
    const grant = { ...granted, sentScopes };
    await this.others.refuse(authorization, connector, grant);
    return grant;
  }

  private toProblem(error: unknown, target: string): unknown {
    if (error instanceof AuthorizationServerUnavailable) {
      this.log.warn('authorization server unavailable', { target, reason: error.message });
      return unavailableProblem(error);
    }
    if (error instanceof TokenRequestRefused) {
      this.log.warn('authorization code refused', {
        target,
        reason: error.verdict.reason,
        oauthError: error.error,
      });
      if (['rate_limited', 'transient'].includes(error.verdict.reason)) {
        return new Problem('provider_unavailable', { retryAfterMs: error.retryAfterMs });
      }
      if (error.verdict.reason === 'invalid_client') {
        return new Problem('connector_misconfigured', { target });
      }
      const fault = CONFIGURATION_FAULTS[error.error ?? ''];
      if (fault) return misconfigured(fault);
      return new Problem('authorization_failed');
    }
    if (error instanceof AuthorizationRejected) {
      this.log.warn('authorization rejected', { target, reason: error.message });
      return new Problem('authorization_failed.answer', { fault: error.message });
    }
    return error;
  }
}

/** Refusals that another code or user would not change. */
const CONFIGURATION_FAULTS: Readonly<Record<string, string>> = {
  unauthorized_client: 'the provider does not let this client use authorization codes',
  unsupported_grant_type: 'the provider knows no authorization codes at its token endpoint',
  redirect_uri_mismatch: "the connector's callback URL is not registered at the provider",
  invalid_redirect_uri: "the connector's callback URL is not registered at the provider",
};

/**
 * An authorization that began at one server must not end at another.
 * @throws Problem 409 `authorization_already_used` for that
 */
export function asUsed(error: unknown): never {
  if (!(error instanceof WrongAudienceError)) throw error;
  throw new Problem('authorization_already_used.moved');
}
