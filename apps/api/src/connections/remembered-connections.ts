import { Injectable } from '@nestjs/common';
import type { Precondition } from '../audit/index.js';
import { Clock } from '../platform/index.js';
import type { SealedConnection } from './connection.js';

const LIFE_MS = 60_000;
const MOST = 10_000;

/** A connection as it was read some time ago, good for what is recorded under its precondition and for nothing else. */
export interface RememberedConnection {
  readonly connection: SealedConnection;
  readonly precondition: Precondition;
}

interface Kept extends RememberedConnection {
  readonly until: number;
}

/**
 * Connections that were read within the last minute, their token sets sealed as they are in the database. They may have
 * changed since, here or in another process; a use of one is committed only if it has not.
 */
@Injectable()
export class RememberedConnections {
  private readonly byId = new Map<string, Kept>();
  /** Of those that are their user's only one at their connector the id, and how it stood as such. */
  private readonly only = new Map<string, Pick<SealedConnection, 'id' | 'standing'>>();

  constructor(private readonly clock: Clock) {}

  keep(connection: SealedConnection): void {
    const { id, userId, connectorId, standing, sealed } = connection;
    if (standing === undefined || !sealed) return;
    const precondition = { subject: [userId, connectorId], standing } as const;
    // Its own bytes: those of the row would keep all that came with it.
    const kept = { ...connection, sealed: Uint8Array.from(sealed) };
    put(this.byId, id, { connection: kept, precondition, until: this.clock.now() + LIFE_MS });
  }

  /** Keeps a connection that is its user's only one at its connector. */
  keepOnly(connection: SealedConnection): void {
    this.keep(connection);
    const { id, userId, connectorId, standing } = connection;
    put(this.only, key(userId, connectorId), { id, standing });
  }

  find(id: string): RememberedConnection | undefined {
    const kept = this.byId.get(id);
    return kept && kept.until > this.clock.now() ? kept : undefined;
  }

  /** The only connection of a user at a connector; `undefined` also when it was one of several. */
  findOnly(userId: string, connectorId: string): RememberedConnection | undefined {
    const only = this.only.get(key(userId, connectorId));
    const found = only && this.find(only.id);
    return found && found.precondition.standing === only.standing ? found : undefined;
  }
}

function key(userId: string, connectorId: string): string {
  return `${connectorId} ${userId}`;
}

/** The one that was put longest ago makes room. */
function put<Value>(map: Map<string, Value>, name: string, value: Value): void {
  map.delete(name);
  const [oldest] = map.size >= MOST ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
  map.set(name, value);
}
