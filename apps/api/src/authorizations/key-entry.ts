import { Injectable } from '@nestjs/common';
import type { EnteredKey } from '@valetkey/providers';
import type { Connector } from '../connectors/index.js';
import { KeyChecks } from '../oauth/index.js';
import { notFound, Problem, type RequestTrace } from '../platform/index.js';
import { AccountMismatch } from './account-mismatch.js';
import { AuthorizationOutcomes } from './authorization-outcomes.js';
import type { Authorization } from './authorization.js';
import { CodeExchanges } from './code-exchange.js';
import { PendingGrants } from './pending-grants.js';

/** Another request works on the authorization, or has ended it: it is not this one's to fail. */
const TAKEN = new Set(['authorization_already_used', 'authorization_in_progress']);

/** Ends an authorization by a key instead of a consent: the provider is asked whose it is, then it is stored like a token. */
@Injectable()
export class KeyEntry {
  constructor(
    private readonly exchanges: CodeExchanges,
    private readonly checks: KeyChecks,
    private readonly mismatch: AccountMismatch,
    private readonly grants: PendingGrants,
    private readonly outcomes: AuthorizationOutcomes,
  ) {}

  /**
   * @returns the authorization as it is then, with the connection that it made or whose key it replaced
   * @throws Problem as `KeyChecks.grant` does, 409 `account_mismatch`, `authorization_already_used` or
   *   `authorization_in_progress`; another key may be tried then
   */
  async enter(
    record: Authorization,
    connector: Connector,
    entered: EnteredKey,
    trace: RequestTrace,
  ): Promise<Authorization> {
    const kind = connector.preset.key;
    if (!kind) throw notFound('authorization');
    const { userId, agentId, requestedScopes, alias } = record;
    const actor = { type: 'user', id: userId } as const;
    try {
      const obtaining = { record, connector, trace, from: ['created', 'started'] as const };
      const grant = await this.exchanges.obtain(obtaining, async () => {
        const found = await this.checks.grant(connector, kind, entered);
        await this.mismatch.refuse(record, connector, found);
        return found;
      });
      return await this.grants.complete(record, grant, {
        ...{ userId, connector, actor, agentId, trace, requestedScopes, alias },
      });
    } catch (error) {
      const isTaken = error instanceof Problem && TAKEN.has(error.code);
      if (!isTaken) await this.outcomes.failed(record, connector, error, trace);
      throw error;
    }
  }
}
