import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/index.js';
import type { Connector } from './connector.js';

/** What a room to the left keeps of connectors and does for them. */
export interface ConnectorDependent {
  /** Begins to disconnect everything of a connector that is `dropping`; what a crash leaves is taken up again. */
  drop(connectorId: string): Promise<void>;
  /** The same, and comes back when it is done. */
  finishDrop(connectorId: string): Promise<void>;
  /** Why a connector cannot be deleted yet, with what to do; otherwise removes what is left of it. */
  leave(tx: Transaction, connectorId: string): Promise<string | undefined>;
}

/**
 * A connector is about to point elsewhere: what a room holds of it stays for the places where `before` points, and
 * nobody uses it. @param clientSecret that of `before`
 */
export type ConnectorMove = (
  tx: Transaction,
  before: Connector,
  clientSecret: string | undefined,
) => Promise<void>;

/** The rooms that keep something of connectors register here when they start. */
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
  get(): ConnectorDependent {
    if (!this.registered) throw new Error('no room has registered for the connectors it uses');
    return this.registered;
  }
}
