import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../platform/index.js';
import type { SealedConnection } from './connection.js';

const LIFE_MS = 60_000;
const MOST = 10_000;

interface Kept<Value> {
  readonly value: Value;
  readonly until: number;
}

/**
 * Connections that were read within the last minute, their token sets sealed as they are in the database. They may have
 * changed since, here or in another process: they are good for what is recorded under their precondition only.
 */
@Injectable()
export class RememberedConnections implements OnApplicationShutdown {
  private readonly byId = new Map<string, Kept<SealedConnection>>();
  /** Of those that are their user's only one at their connector the id, and how it stood as such. */
  private readonly only = new Map<string, Kept<Pick<SealedConnection, 'id' | 'standing'>>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly clock: Clock) {}

  /** What the database says of a connection now; `undefined`: there is none with this id. */
  learn(id: string, connection: SealedConnection | undefined): void {
    this.byId.delete(id);
    if (connection?.standing === undefined || !connection.sealed) return;
    // Its own bytes: those of the row would keep all that came with it.
    this.put(this.byId, id, { ...connection, sealed: Uint8Array.from(connection.sealed) });
  }

  /** All connections that the database has of a user at a connector now. */
  learnAll(userId: string, connectorId: string, connections: readonly SealedConnection[]): void {
    const [first, ...others] = connections;
    this.only.delete(key(userId, connectorId));
    if (!first || others.length > 0) return;
    this.learn(first.id, first);
    this.put(this.only, key(userId, connectorId), { id: first.id, standing: first.standing });
  }

  find(id: string): SealedConnection | undefined {
    return this.current(this.byId.get(id));
  }

  /** The only connection of a user at a connector; `undefined` also when it was one of several. */
  findOnly(userId: string, connectorId: string): SealedConnection | undefined {
    const only = this.current(this.only.get(key(userId, connectorId)));
    const found = only && this.find(only.id);
    return found?.standing === only?.standing ? found : undefined;
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  private current<Value>(kept: Kept<Value> | undefined): Value | undefined {
    return kept && kept.until > this.clock.now() ? kept.value : undefined;
  }

  /** The one that was put longest ago makes room. */
  private put<Value>(map: Map<string, Kept<Value>>, name: string, value: Value): void {
    map.delete(name);
    const [oldest] = map.size >= MOST ? map.keys() : [];
    if (oldest !== undefined) map.delete(oldest);
    map.set(name, { value, until: this.clock.now() + LIFE_MS });
    this.timer ??= setTimeout(() => this.drop(), LIFE_MS).unref();
  }

  /** Those whose minute is over; they stand in the order in which they were put. */
  private drop(): void {
    this.timer = undefined;
    for (const map of [this.byId, this.only])
      for (const [name, kept] of map) {
        if (kept.until > this.clock.now()) break;
        map.delete(name);
      }
    if (this.byId.size + this.only.size > 0) this.timer = setTimeout(() => this.drop(), LIFE_MS).unref();
  }
}

function key(userId: string, connectorId: string): string {
  return `${connectorId} ${userId}`;
}
