import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Cache, Clock } from '../platform/index.js';
import type { SealedConnection } from './connection.js';

const LIFE_MS = 60_000;
const MOST = 10_000;

/**
 * Connections that were read within the last minute, their token sets sealed as they are in the database. They may have
 * changed since, here or in another process: they are good for what is recorded under their precondition only.
 */
@Injectable()
export class RememberedConnections implements OnApplicationShutdown {
  private readonly byId: Cache<SealedConnection>;
  /** Of those that are their user's only one at their connector the id, and how it stood as such. */
  private readonly only: Cache<Pick<SealedConnection, 'id' | 'standing'>>;
  private timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.byId = new Cache({ most: MOST, lifeMs: LIFE_MS, clock });
    this.only = new Cache({ most: MOST, lifeMs: LIFE_MS, clock });
  }

  /** The connection as the database has it now; `undefined`: there is none with this id. */
  learn(id: string, connection: SealedConnection | undefined): void {
    this.byId.delete(id);
    if (connection?.standing === undefined || !connection.sealed) return;
    // Its own bytes: those of the row would keep all that came with it.
    this.byId.set(id, { ...connection, sealed: Uint8Array.from(connection.sealed) });
    this.dropInTime();
  }

  /** All connections that the database has of a user at a connector now. */
  learnAll(userId: string, connectorId: string, connections: readonly SealedConnection[]): void {
    const [first, ...others] = connections;
    this.only.delete(key(userId, connectorId));
    if (!first || others.length > 0) return;
    this.learn(first.id, first);
    this.only.set(key(userId, connectorId), { id: first.id, standing: first.standing });
  }

  find(id: string): SealedConnection | undefined {
    return this.byId.get(id);
  }

  /** The only connection of a user at a connector; `undefined` also when it was one of several. */
  findOnly(userId: string, connectorId: string): SealedConnection | undefined {
    const only = this.only.get(key(userId, connectorId));
    const found = only && this.find(only.id);
    return found?.standing === only?.standing ? found : undefined;
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  /** Those whose minute is over are not only not found: they go. */
  private dropInTime(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.byId.purgeStale();
      this.only.purgeStale();
      if (this.byId.size + this.only.size > 0) this.dropInTime();
    }, LIFE_MS).unref();
  }
}

function key(userId: string, connectorId: string): string {
  return `${connectorId} ${userId}`;
}
