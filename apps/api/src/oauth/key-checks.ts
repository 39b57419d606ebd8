import { Injectable } from '@nestjs/common';
import { credentialOf, keyFault, type EnteredKey, type KeyKind } from '@valetkey/providers';
import type { Connector } from '../connectors/index.js';
import { Clock, Problem } from '../platform/index.js';
import { AuthorizationRejected } from './id-token.js';
import { OAuthClient } from './oauth-client.js';
import { AuthorizationServerUnavailable, unavailableProblem } from './oauth-http.js';
import { errorAnswer } from './token-answer.js';
import type { AccountGrant } from './token-set.js';
import { Userinfo } from './userinfo.js';

/** Asks a provider whose key it is: a key becomes a grant only once the provider has named its account. */
@Injectable()
export class KeyChecks {
  constructor(
    private readonly client: OAuthClient,
    private readonly userinfo: Userinfo,
    private readonly clock: Clock,
  ) {}

  /**
   * The grant that a key stands for. The key is in no message, whatever comes back.
   * @throws Problem 400 `invalid_input` or `key_refused`, 502 `provider_unavailable` or `connector_misconfigured`
   */
  async grant(connector: Connector, kind: KeyKind, entered: EnteredKey): Promise<AccountGrant> {
    const fault = keyFault(kind, entered);
    if (fault)
      throw new Problem('invalid_input', { fault: `${fault.path}: ${fault.message}`, errors: [fault] });
    const accessToken = credentialOf(kind, entered);
    const obtainedAt = this.clock.now();
    const account = await this.account(connector, accessToken).catch(explain);
    const { sentIn } = kind;
    const tokenType = sentIn.scheme === '' ? 'ApiKey' : sentIn.scheme;
    return { account, scopes: [], tokenSet: { accessToken, tokenType, sentIn, obtainedAt } };
  }

  private async account(connector: Connector, credential: string) {
    const endpoints = await this.client.endpoints(connector);
    const { timeoutMs } = this.client;
    const response = await this.userinfo.ask(connector, endpoints.userinfo ?? '', credential, timeoutMs);
    if (connector.preset.check.judge(await errorAnswer(response.clone())) === 'dead')
      throw new Problem('key_refused');
    return (await this.userinfo.read(connector, endpoints, response, timeoutMs)).account;
  }
}

function explain(error: unknown): never {
  if (error instanceof AuthorizationServerUnavailable) throw unavailableProblem(error);
  if (error instanceof AuthorizationRejected) throw new Problem('key_refused.account');
  throw error;
}
