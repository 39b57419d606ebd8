import { Injectable } from '@nestjs/common';
import type { NewAuditEvent } from '../../audit/index.js';
import { Clock, type Transaction } from '../../platform/index.js';

import { ConnectionsRepository } from '../connections.repository.js';
import { DisconnectRows, type Disconnecting } from './disconnect-rows.js';
import { HeldGrants } from '../authorizations/held-grants.js';
import { OffboardingRepository } from './offboarding.repository.js';

/** Moves every token set of a user out of use: those of connections, and those that a consent brought and nobody stored. */
@Injectable()
export class DeletedUserGrants {
  constructor(
    private readonly rows: OffboardingRepository,
    private readonly connections: ConnectionsRepository,
    private readonly disconnects: DisconnectRows,
    private readonly held: HeldGrants,
    readonly clock: Clock,
  ) {}

  async end(
    tx: Transaction,
    userId: string,
    how: Disconnecting,
  ): Promise<{ events: NewAuditEvent[]; revocationIds: string[]; connections: number }> {
    const events: NewAuditEvent[] = [];
    const revocationIds: string[] = [];
    const ids = await this.rows.connectionIds(tx, userId);
    for (const id of ids) {
      const connection = await this.connections.lock(tx, id);
      const ended = connection && (await this.disconnects.disconnect(tx, connection, how));
      if (ended) events.push(ended.event);
      if (ended?.revocationId) revocationIds.push(ended.revocationId);
    }
    for (const held of await this.rows.heldGrants(tx, userId)) {
      const revocationId = await this.held.end(tx, held, how.at);
      if (revocationId) revocationIds.push(revocationId);
    }
    await this.disconnects.forgetEnded(tx, userId);
    return { events, revocationIds, connections: ids.length };
  }
}
