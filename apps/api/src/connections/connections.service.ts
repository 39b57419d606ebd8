import { Injectable } from '@nestjs/common';
import {
  Clock,
  invalidInput,
  notFound,
  Problem,
  readCursor,
  visiblePage,
  type AskedSubject,
  type CursorPage,
  type ListedPage,
  type MayShow,
  type PageRequest,
} from '../platform/index.js';
import { ConnectorsService } from '../connectors/index.js';
import {
  isFresh,
  isOver,
  isUsable,
  tokenStatus,
  type SealedConnection,
  type TokenStatus,
} from './connection.js';
import { ConnectionLookupsRepository } from './connection-lookups.repository.js';
import { ConnectionsRepository, type ConnectionFilter } from './connections.repository.js';
import { RememberedConnections } from './remembered-connections.js';
import { SoughtConnection } from './sought-connection.js';

/** Finds connections. A lookup for one user finds that user's only; another user's id is not found. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly repository: ConnectionsRepository,
    private readonly connectors: ConnectorsService,
    private readonly lookups: ConnectionLookupsRepository,
    private readonly remembered: RememberedConnections,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 404 when there is none, or when it is not `userId`'s */
  async get(id: string, userId?: string): Promise<SealedConnection> {
    const connection = await this.lookups.find(id);
    if (!connection || (userId !== undefined && connection.userId !== userId)) throw notFound('connection');
    return connection;
  }

  /** The user, and the data that rules may look at; cached if possible, since neither changes. */
  async findSubject(id: string): Promise<AskedSubject | undefined> {
    const found = this.remembered.find(id) ?? (await this.lookups.find(id));
    return found && subjectOf(found);
  }

  /** As `get`, to be used. */
  seek(id: string, userId?: string): SoughtConnection {
    return this.sought(this.recall(id, userId), () => this.get(id, userId));
  }

  /** A connection to be used, from memory if it was recalled, else as `find` gives it. */
  sought(recalled: SealedConnection | undefined, find: () => Promise<SealedConnection>): SoughtConnection {
    return new SoughtConnection(recalled, find, this.clock);
  }

  async list(
    filter: ConnectionFilter,
    cursor: string | undefined,
    limit: number,
    mayShow?: MayShow,
  ): Promise<CursorPage<SealedConnection>> {
    const before = readCursor(cursor);
    if (before !== undefined && !before.startsWith('con_'))
      throw invalidInput('cursor: is not one that this list gave out');
    const read = (below: string | undefined, count: number) =>
      this.repository.newest(filter, this.clock.date(), below, count);
    return visiblePage({ read, keyOf: ({ id }) => id, subjectOf }, cursor, limit, mayShow);
  }

  listConnections(page: PageRequest): Promise<ListedPage<SealedConnection>> {
    return this.repository.listConnections(page, this.clock.date());
  }

  countByStatus(): Promise<Record<TokenStatus, number>> {
    return this.repository.countByStatus(this.clock.date());
  }

  status(connection: SealedConnection): TokenStatus {
    return tokenStatus(connection, this.clock.now());
  }

  /**
   * The one connection of this user at these connectors that is usable, or the one that is named.
   * @param fits where several are usable, those for which it is true are preferred
   * @returns `undefined` when there is none
   * @throws Problem 409 `ambiguous_connection` with the choices; 404 when the named one is not among them
   */
  async choose(
    userId: string,
    connectorIds: readonly string[],
    connectionId?: string,
    fits: (connection: SealedConnection) => boolean = () => true,
  ): Promise<SealedConnection | undefined> {
    if (connectionId !== undefined) {
      const named = await this.get(connectionId, userId);
      if (!connectorIds.includes(named.connectorId)) {
        await this.connectors.require(named.connectorId);
        throw new Problem('connection_mismatch', { connectionId, target: named.target });
      }
      return named;
    }
    const { all, stored, usable } = await this.candidates(userId, connectorIds);
    const candidates = [usable.filter(fits), usable, stored].find(({ length }) => length > 0) ?? [];
    if (candidates.length > 1) {
      throw new Problem('ambiguous_connection', {
        connections: candidates.map(({ id, target, alias, account }) => ({ id, target, alias, account })),
      });
    }
    return candidates[0] ?? all[0];
  }

  /**
   * As `choose`, from memory: good for what is recorded under its precondition, with a token that can be used as it is.
   * @returns `undefined` when `choose` has to tell
   */
  recallChoice(
    userId: string,
    connectorIds: readonly string[],
    connectionId?: string,
  ): SealedConnection | undefined {
    if (connectionId !== undefined) {
      const named = this.recall(connectionId, userId);
      return named && connectorIds.includes(named.connectorId) ? named : undefined;
    }
    const [connectorId, ...others] = connectorIds;
    if (connectorId === undefined || others.length > 0) return undefined;
    return this.ifFresh(this.remembered.findOnly(userId, connectorId));
  }

  private recall(id: string, userId: string | undefined): SealedConnection | undefined {
    const known = this.ifFresh(this.remembered.find(id));
    return userId === undefined || known?.userId === userId ? known : undefined;
  }

  private ifFresh(known: SealedConnection | undefined): SealedConnection | undefined {
    return known && isFresh(known, this.clock.now()) ? known : undefined;
  }

  /** A user's connections at these connectors: all, those with tokens, and of these the usable ones. */
  async candidates(
    userId: string,
    connectorIds: readonly string[],
  ): Promise<Record<'all' | 'stored' | 'usable', readonly SealedConnection[]>> {
    const all = await this.lookups.ofUser(userId, connectorIds);
    const stored = all.filter(({ tokens }) => tokens !== undefined);
    const now = this.clock.now();
    const usable = stored.filter((one) => isUsable(one) && !isOver(one, now));
    return { all, stored, usable };
  }
}

function subjectOf({ id, userId, target }: SealedConnection): AskedSubject {
  return { userId, context: { connectionId: id, target } };
}
