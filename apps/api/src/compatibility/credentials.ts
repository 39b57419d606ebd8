import { Injectable } from '@nestjs/common';
import { Denials } from '../audit/index.js';
import {
  AccessTokens,
  requireRawTokens,
  type AccessToken,
  type SealedConnection,
} from '../connections/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { Problem, type CallerOf, type RequestTrace, type Verb } from '../platform/index.js';
import { PoliciesService, verbAction } from '../policies/index.js';

/** Credentials as Nango shows them; of a token that the caller may not read, why. */
export type Credentials = Readonly<Record<string, unknown>> & { readonly type: string };

/** After these the connection is shown without its token. */
const REFUSALS: readonly string[] = ['raw_tokens_denied', 'policy_denied', 'approval_required'];

/** Hands out the token of a connection in Nango's form, to agents that may read raw tokens. */
@Injectable()
export class NangoCredentials {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly connectors: ConnectorsService,
    private readonly policies: PoliciesService,
    private readonly denials: Denials,
  ) {}

  /**
   * @param renew another token than the one that is stored, where there can be one
   * @throws Problem as reading and refreshing an access token do
   */
  async of(
    connection: SealedConnection,
    caller: CallerOf<'agent'>,
    trace: RequestTrace,
    renew: boolean,
  ): Promise<Credentials> {
    try {
      await this.requireRight(connection, caller, trace);
    } catch (error) {
      if (!(error instanceof Problem) || !REFUSALS.includes(error.code)) throw error;
      return { type: 'NONE', error: { code: error.code, message: error.detail } };
    }
    const reader = {
      actor: { type: 'agent', id: caller.id } as const,
      agentId: caller.id,
      trace,
    };
    if (renew && connection.tokens?.refreshable) {
      await this.ask(connection, 'connection.refresh', caller, trace);
      await this.tokens.renew(connection, reader);
    }
    const read = await this.tokens.read({ connectionId: connection.id, userId: undefined }, reader);
    return this.shown(read);
  }

  private async shown({ connection, tokenSet }: AccessToken): Promise<Credentials> {
    const { accessToken, tokenType, expiresAt } = tokenSet;
    const connector = await this.connectors.findConnector(connection.connectorId);
    if (connector?.preset.key) return { type: 'API_KEY', apiKey: accessToken };
    const raw = { access_token: accessToken, token_type: tokenType, scope: connection.scopes.join(' ') };
    const ends = expiresAt === undefined ? {} : { expires_at: new Date(expiresAt).toISOString() };
    return { type: 'OAUTH2', access_token: accessToken, ...ends, raw: { ...raw, ...ends } };
  }

  /** @throws Problem 403 `raw_tokens_denied`, recorded already, or by policy */
  private async requireRight(
    connection: SealedConnection,
    caller: CallerOf<'agent'>,
    trace: RequestTrace,
  ): Promise<void> {
    try {
      requireRawTokens(caller);
    } catch (error) {
      const { id: connectionId, userId } = connection;
      const actor = { type: 'agent', id: caller.id } as const;
      const denied = { actor, agentId: caller.id, userId, connectionId, action: 'token.read', ...trace };
      await this.denials.record({ ...denied, detail: { code: 'raw_tokens_denied' } });
      throw error;
    }
    await this.ask(connection, 'token.read', caller, trace);
  }

  private ask(
    { id: connectionId, userId, target }: SealedConnection,
    verb: Verb,
    caller: CallerOf<'agent'>,
    trace: RequestTrace,
  ): Promise<void> {
    const principal = { type: 'agent', id: caller.id } as const;
    const context = { connectionId, target };
    return this.policies.require({ principal, userId, action: verbAction(verb), context }, trace);
  }
}
