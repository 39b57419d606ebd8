import { Injectable } from '@nestjs/common';
import { ConnectionChecks, type SealedConnection } from '../connections/index.js';
import type { RequestTrace } from '../platform/index.js';
import type { Principal } from '../policies/index.js';

/** Judges tokens that a provider has refused with a 401. */
@Injectable()
export class RefusedTokens {
  constructor(private readonly checks: ConnectionChecks) {}

  /**
   * Whether the connection is over. One endpoint's refusal proves nothing, some want another kind of credential: the
   * provider is asked about the token itself, and what it says is on the connection when this resolves.
   */
  async isOver(
    connection: SealedConnection,
    { principal, trace }: { principal: Principal; trace?: RequestTrace | undefined },
  ): Promise<boolean> {
    const agentId = principal.type === 'agent' ? principal.id : undefined;
    try {
      return (await this.checks.check(connection, { actor: principal, agentId, trace })).result === 'dead';
    } catch {
      return false;
    }
  }
}
