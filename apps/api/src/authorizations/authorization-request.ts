import { Injectable } from '@nestjs/common';
import type { Prompt } from '@valetkey/providers';
import * as oauth from 'oauth4webapi';
import { scopeSeparatorOf } from '../connectors/index.js';
import { Problem } from '../platform/index.js';
import { pkceBinding, type PkceSecrets } from './authorization.js';
import {
  type Connection,
  IncrementalAuthorization,
  TokenVault,
  type RequestedUpgrade,
} from '../connections/index.js';
import { AuthorizationServerUnavailable, OAuthClient, unavailableProblem } from '../oauth/index.js';

/** A request that can be sent to the authorization server, and what its answer will be held against. */
export interface PreparedRequest {
  readonly authorizationUri: string;
  readonly sealed: Uint8Array<ArrayBuffer>;
}

export interface RequestedAuthorization extends RequestedUpgrade {
  readonly authorizationId: string;
  readonly redirectUri: string;
  readonly state: string;
  /** The user came back with the wrong account: let them choose. */
  readonly chooseAccount?: boolean | undefined;
}

/** Builds authorization requests: PKCE S256, nonce, and only the scopes that are missing plus what the provider needs to keep. */
@Injectable()
export class AuthorizationRequests {
  constructor(
    private readonly client: OAuthClient,
    private readonly incremental: IncrementalAuthorization,
    private readonly vault: TokenVault,
  ) {}

  /** @throws Problem 422 `key_needed` where users enter a key; 502 `provider_unavailable` when the endpoints must be discovered and cannot be */
  async prepare(requested: RequestedAuthorization): Promise<PreparedRequest> {
    const { connector, redirectUri, state } = requested;
    const { preset, options, clientId } = connector;
    if (preset.key) throw new Problem('key_needed', { target: connector.target });
    const { endpoints, baseScopes, codeChallengeMethod } = await this.client.server(connector).catch(explain);
    const { existing, scopes } = await this.incremental.plan(requested, baseScopes);
    const codeVerifier = codeChallengeMethod ? oauth.generateRandomCodeVerifier() : undefined;
    const nonce = preset.nonce ? oauth.generateRandomNonce() : undefined;
    const url = new URL(endpoints.authorization);
    const parameters = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      ...(scopes.length > 0
        ? { [preset.scopeParameter ?? 'scope']: scopes.join(scopeSeparatorOf(connector)) }
        : {}),
      state,
      ...(codeVerifier
        ? {
            code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
            code_challenge_method: 'S256',
          }
        : {}),
      ...(nonce ? { nonce } : {}),
      ...preset.authorizationParams({
        prompts: promptsFor(requested, existing),
        offlineAccess: options.offlineAccess,
        upgrading: existing?.tokens !== undefined,
        account: existing ? accountHint(existing) : undefined,
      }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const secrets: PkceSecrets = { codeVerifier, nonce, sentScopes: scopes };
    const sealed = await this.vault.sealFor(
      connector,
      JSON.stringify(secrets),
      pkceBinding({ id: requested.authorizationId, userId: requested.userId }),
    );
    return { authorizationUri: url.href, sealed };
  }
}

/** The operator's prompts, and those that the request needs. */
function promptsFor(
  { connector, newAccount, chooseAccount }: RequestedAuthorization,
  existing: Connection | undefined,
): Prompt[] {
  const { prompts } = connector.options;
  const needed: Prompt[] = [];
  if (newAccount || chooseAccount) needed.push('select_account');
  // Some providers connect again without asking; after a disconnect the user must be asked.
  if (existing && !existing.tokens) needed.push('consent');
  if (needed.length === 0) return [...prompts];
  return [...new Set([...prompts.filter((prompt) => prompt !== 'none'), ...needed])];
}

function explain(error: unknown): never {
  throw error instanceof AuthorizationServerUnavailable ? unavailableProblem(error) : error;
}

function accountHint({ account }: Connection) {
  return {
    id: account.id,
    ...(account.name ? { name: account.name } : {}),
    ...(account.email ? { email: account.email } : {}),
  };
}

/**
 * Scopes that a caller names, with spaces between them; where they are sent with commas, commas part them as well.
 * @throws Problem 400 `invalid_scope` for text that is no list of scope tokens (RFC 6749, section 3.3)
 */
export function parseScopes(text: string | undefined, separator: ' ' | ',' = ' '): string[] {
  const scopes = (text ?? '').split(separator === ',' ? /[\s,]/ : /\s/).filter(Boolean);
  if (scopes.some((scope) => !/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope))) {
    throw new Problem('invalid_scope');
  }
  return [...new Set(scopes)];
}
