import { Injectable } from '@nestjs/common';
import type { AuditActor, NewAuditEvent } from '../audit/index.js';
import type { RequestTrace, Transaction } from '../platform/index.js';

/** The caller that disconnects. */
export interface DisconnectedBy {
  readonly actor: AuditActor;
  readonly trace?: RequestTrace | undefined;
}

/** A room to the left that keeps what holds for one connection alone. */
export interface DisconnectDependent {
  /**
   * Ends it, in the transaction that disconnects: an account that is connected again later is not the one that it was
   * given for.
   * @returns the events of that, to be recorded with it
   */
  onDisconnected(
    tx: Transaction,
    connectionId: string,
    by: DisconnectedBy,
  ): Promise<readonly NewAuditEvent[]>;
}

/** The rooms that keep something for a connection register here when they start. */
@Injectable()
export class DisconnectDependents implements DisconnectDependent {
  private readonly registered: DisconnectDependent[] = [];

  register(dependent: DisconnectDependent): void {
    this.registered.push(dependent);
  }

  async onDisconnected(
    ...ended: Parameters<DisconnectDependent['onDisconnected']>
  ): Promise<NewAuditEvent[]> {
    const events: NewAuditEvent[] = [];
    for (const dependent of this.registered) events.push(...(await dependent.onDisconnected(...ended)));
    return events;
  }
}
