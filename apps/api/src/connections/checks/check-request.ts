import { Injectable } from '@nestjs/common';
import { satisfies, type CheckVerdict, type ConnectorEndpoints } from '@valetkey/providers';
import { ConnectorsService, type Connector } from '../../connectors/index.js';
import type { AccessToken } from '../access-tokens.js';
import {
  AuthorizationRejected,
  AuthorizationServerUnavailable,
  errorAnswer,
  OAuthClient,
  Userinfo,
} from '../../oauth/index.js';

/** The provider's answer about a token. */
export interface CheckAnswer {
  readonly verdict: CheckVerdict;
  /** Why it is not simply alive, in our words. */
  readonly why?: string | undefined;
  /** The account of the token, and its scopes there, as far as the response says. */
  readonly accountId?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** HTTP status of the answer, when one came. */
  readonly status?: number | undefined;
}

/**
 * Asks a provider for the account behind a token, the cheapest call there is. It requests and judges; it stores
 * nothing.
 */
@Injectable()
export class CheckRequests {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly client: OAuthClient,
    private readonly userinfo: Userinfo,
  ) {}

  connector(id: string): Promise<Connector | undefined> {
    return this.connectors.findConnector(id);
  }

  /** Whether a check can judge a token of this connection. */
  canJudge({ preset }: Connector, scopes: readonly string[]): boolean {
    const { scopes: any } = preset.check;
    return any.length === 0 || any.some((scope) => satisfies(preset, scopes, [scope]).length === 0);
  }

  /** An outage is a result as well: `unknown`. It does not throw for failures of the provider. */
  async send(connector: Connector, { connection, tokenSet }: AccessToken): Promise<CheckAnswer> {
    try {
      const endpoints = await this.client.endpoints(connector);
      const { userinfo } = endpoints;
      const { timeoutMs } = this.client;
      if (!userinfo) return { verdict: 'unknown', why: 'no_endpoint' };
      const response = await this.userinfo.ask(connector, userinfo, tokenSet.accessToken, timeoutMs);
      const answer = await judge(connector, connection.scopes, tokenSet.accessToken, response.clone());
      if (answer.verdict !== 'alive') return answer;
      return { ...answer, accountId: await this.accountId(connector, endpoints, response) };
    } catch (error) {
      if (error instanceof AuthorizationServerUnavailable) return { verdict: 'unknown', why: 'unavailable' };
      throw error;
    }
  }

  /** A response without an account says nothing about the token's owner. */
  private async accountId(
    connector: Connector,
    endpoints: ConnectorEndpoints,
    response: Response,
  ): Promise<string | undefined> {
    try {
      return (await this.userinfo.read(connector, endpoints, response, this.client.timeoutMs)).account.id;
    } catch (error) {
      if (error instanceof AuthorizationServerUnavailable || error instanceof AuthorizationRejected)
        return undefined;
      throw error;
    }
  }
}

async function judge(
  { preset }: Connector,
  held: readonly string[],
  accessToken: string,
  response: Response,
): Promise<CheckAnswer> {
  const verdict = preset.check.judge(await errorAnswer(response.clone()));
  const { status } = response;
  if (verdict !== 'alive') return { verdict, status, why: `status_${status}` };
  const { scopesHeader } = preset.check;
  const listed = scopesHeader ? response.headers.get(scopesHeader) : null;
  return {
    verdict,
    status,
    scopes: listed === null ? undefined : preset.normaliseGranted(listed, held, accessToken),
  };
}
