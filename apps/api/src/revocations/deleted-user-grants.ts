import { Injectable } from '@nestjs/common';
import type { NewAuditEvent } from '../audit/index.js';
import type { Transaction } from '../platform/index.js';
import { ConnectionsRepository } from '../connections/index.js';
import { Disconnector, type Disconnecting } from './disconnector.js';
import { OffboardingRepository } from './offboarding.repository.js';

/** Has revoked what another room holds of a user. @returns the ids of the revocations */
export type EndHeld = (tx: Transaction, userId: string, at: Date) => Promise<string[]>;

/** Moves every token set of a user out of use: those of connections, and those that a consent brought and nobody stored. */
@Injectable()
export class DeletedUserGrants {
  private readonly held: EndHeld[] = [];

  constructor(
    private readonly rows: OffboardingRepository,
    private readonly connections: ConnectionsRepository,
    private readonly disconnects: Disconnector,
  ) {}

  /** Tells of what is held of users beside their connections. */
  register(endHeld: EndHeld): void {
    this.held.push(endHeld);
  }

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
      if (ended) events.push(...ended.events);
      if (ended?.revocationId) revocationIds.push(ended.revocationId);
    }
    for (const endHeld of this.held) revocationIds.push(...(await endHeld(tx, userId, how.at)));
    await this.disconnects.forgetEnded(tx, userId);
    return { events, revocationIds, connections: ids.length };
  }
}
