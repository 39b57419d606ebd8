import { Injectable } from '@nestjs/common';
import type { Problem, Transaction } from '../platform/index.js';
import type { Connector } from './connector.js';

/** A room to the left that stores rows of connectors, and its part in their changes. */
export interface ConnectorDependent {
  /** Begins to disconnect everything of a connector that is `dropping`; work that a crash interrupts is resumed. */
  drop(connectorId: string): Promise<void>;
  /** The same, and resolves when it is done. */
  finishDrop(connectorId: string): Promise<void>;
  /** Why a connector cannot be deleted yet, and what to do about it; otherwise deletes the remaining rows. */
  leave(tx: Transaction, connectorId: string): Promise<Problem | undefined>;
}

/**
 * A connector is about to point elsewhere: secrets stored for it stay bound to the places that `before` names, and are
 * not used.
 * @param clientSecret that of `before`
 */
export type ConnectorMove = (
  tx: Transaction,
  before: Connector,
  clientSecret: string | undefined,
) => Promise<void>;

/** The rooms that store rows of connectors register here when they start. */
@Injectable()
export class ConnectorDependents {
  private registered: ConnectorDependent | undefined;
  private readonly moves: ConnectorMove[] = [];

  register(dependent: ConnectorDependent): void {
    this.registered = dependent;
  }

  onMove(move: ConnectorMove): void {
    this.moves.push(move);
  }

  async move(...moved: Parameters<ConnectorMove>): Promise<void> {
    for (const move of this.moves) await move(...moved);
  }

  /** The registered room. @throws Error when the application is put together without it */
  getDependent(): ConnectorDependent {
    if (!this.registered) throw new Error('no room has registered for the connectors it uses');
    return this.registered;
  }
}
