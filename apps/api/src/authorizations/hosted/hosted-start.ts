import { Injectable } from '@nestjs/common';
import { Problem, randomSecret } from '../../platform/index.js';
import type { Authorization } from '../authorization.js';
import { AuthorizationRequests } from '../authorization-request.js';
import { AuthorizationRecords } from '../authorization-records.js';
import { AuthorizationsRepository } from '../authorizations.repository.js';

/** The way from our page to the provider. */
@Injectable()
export class HostedStart {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly requests: AuthorizationRequests,
    private readonly opened: AuthorizationRecords,
  ) {}

  /**
   * Where to send the user, and the secret that this browser must bring back; what an earlier try was waiting for is
   * void from then on.
   * @throws Problem 409 `authorization_already_used` or `authorization_in_progress`, 502 `provider_unavailable`
   */
  async begin(record: Authorization): Promise<{ authorizationUri: string; browserSecret: string }> {
    if (['exchanging', 'verified'].includes(record.status)) throw inProgress();
    if (!['created', 'started'].includes(record.status)) throw used();
    const connector = await this.opened.connector(record.connectorId);
    const state = randomSecret();
    const browserSecret = randomSecret();
    const { id: authorizationId, userId, requestedScopes: scopes, redirectUri } = record;
    const prepared = await this.requests.prepare({
      authorizationId,
      userId,
      connector,
      scopes,
      connectionId: record.forConnectionId,
      newAccount: record.alias !== undefined,
      chooseAccount: record.error === 'account_mismatch',
      redirectUri,
      state,
    });
    const moved = await this.records.move(
      { id: record.id, from: ['created', 'started'] },
      {
        status: 'started',
        stateHash: await this.records.stateHash(state),
        browserHash: await this.records.browserHash(browserSecret),
        sealed: prepared.sealed,
      },
    );
    if (!moved) throw used();
    return { authorizationUri: prepared.authorizationUri, browserSecret };
  }
}

function used(): Problem {
  return new Problem('authorization_already_used.link');
}

function inProgress(): Problem {
  return new Problem('authorization_in_progress.link');
}
