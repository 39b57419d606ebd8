import { Injectable } from '@nestjs/common';
import * as oauth from 'oauth4webapi';
import { satisfies } from '@valetkey/providers';
import type { Connector } from '../connectors/index.js';
import { Clock, Problem } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import { danceBinding, type DanceSecrets } from './authorization.js';
import type { AuthorizationServer } from './authorization-servers.js';
import type { Connection } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';
import { GrantUnions } from './grant-unions.js';
import { OAuthClient } from './oauth-client.js';
import { AuthorizationServerUnavailable, unavailableProblem } from './oauth-http.js';

/** A request that can be sent to the authorization server, and what its answer will be held against. */
export interface PreparedRequest {
  readonly authorizationUri: string;
  readonly sealed: Uint8Array<ArrayBuffer>;
}

export interface Wish {
  readonly authorizationId: string;
  readonly userId: string;
  readonly connector: Connector;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly state: string;
}

/** Builds authorization requests: PKCE S256, nonce, and only the scopes that are missing plus what the provider needs to keep. */
@Injectable()
export class AuthorizationRequests {
  constructor(
    private readonly client: OAuthClient,
    private readonly connections: ConnectionsRepository,
    private readonly unions: GrantUnions,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 502 `provider_unavailable` when the endpoints must be discovered and cannot be */
  async prepare(wish: Wish): Promise<PreparedRequest> {
    const { connector, redirectUri, state } = wish;
    const { preset, options, clientId } = connector;
    const { endpoints, baseScopes, codeChallengeMethod } = await this.client.server(connector).catch(explain);
    const existing = await this.existing(wish.userId, connector.id);
    const scopes = this.scopesToAsk(wish, baseScopes, existing);
    const codeVerifier = codeChallengeMethod ? oauth.generateRandomCodeVerifier() : undefined;
    const nonce = preset.nonce ? oauth.generateRandomNonce() : undefined;
    const url = new URL(endpoints.authorization);
    const parameters = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: scopes.join(preset.scopeSeparator),
      state,
      ...(await codeChallenge(codeChallengeMethod, codeVerifier)),
      ...(nonce ? { nonce } : {}),
      ...preset.authorizationParams({
        prompts: options.prompts,
        offlineAccess: options.offlineAccess,
        upgrading: existing !== undefined,
        account: existing ? accountHint(existing) : undefined,
      }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const secrets: DanceSecrets = { codeVerifier, nonce, sentScopes: scopes };
    const sealed = await this.vault.seal(
      JSON.stringify(secrets),
      danceBinding({ id: wish.authorizationId, userId: wish.userId }),
    );
    return { authorizationUri: url.href, sealed };
  }

  private scopesToAsk(
    { connector, scopes }: Wish,
    base: readonly string[],
    existing: Connection | undefined,
  ): string[] {
    const { preset } = connector;
    const held = existing?.scopes ?? [];
    const missing = satisfies(preset, held, scopes);
    // A provider adds up only what is alive there; after a revocation the whole must be asked for again.
    const askForAll = this.unions.isOurs(connector, existing?.id) || existing?.reason !== undefined;
    const onlyNew = missing.length > 0 ? missing : scopes;
    return [...new Set([...base, ...(askForAll ? [...held, ...missing] : onlyNew)])];
  }

  /** The connection that would be upgraded: the only one, or none when there are several to choose from. */
  private async existing(userId: string, connectorId: string): Promise<Connection | undefined> {
    const found = await this.connections.newest(
      { userId, connectorIds: [connectorId] },
      this.clock.date(),
      undefined,
      10,
    );
    const alive = found.filter(({ tokens }) => tokens !== undefined);
    return alive.length === 1 ? alive[0] : undefined;
  }
}

/** RFC 7636, section 4.2. */
async function codeChallenge(
  method: AuthorizationServer['codeChallengeMethod'],
  verifier: string | undefined,
): Promise<Record<string, string>> {
  if (!method || !verifier) return {};
  return {
    code_challenge: method === 'S256' ? await oauth.calculatePKCECodeChallenge(verifier) : verifier,
    code_challenge_method: method,
  };
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

/** @throws Problem 400 `invalid_scope` for text that is no list of scope tokens (RFC 6749, section 3.3) */
export function parseScopes(text: string | undefined): string[] {
  const scopes = (text ?? '').split(/\s+/).filter(Boolean);
  if (scopes.some((scope) => !/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope))) {
    throw new Problem(400, 'invalid_scope', 'scope: must be scope names separated by spaces.');
  }
  return [...new Set(scopes)];
}
