import { Injectable } from '@nestjs/common';
import {
  Cache,
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
import { isOver, isUsable, tokenStatus, type SealedConnection, type TokenStatus } from './connection.js';
import { ConnectionLookupsRepository, type WantedConnection } from './connection-lookups.repository.js';
import { ConnectionsRepository, type ConnectionFilter } from './connections.repository.js';

const MOST_SUBJECTS = 100_000;

/** Finds connections. A lookup for one user finds that user's only; another user's id is not found. */
@Injectable()
export class ConnectionsService {
  /** User and target of connections, which never change; nothing else of them is remembered. */
  private readonly subjects = new Cache<AskedSubject>({ most: MOST_SUBJECTS });

  constructor(
    private readonly repository: ConnectionsRepository,
    private readonly connectors: ConnectorsService,
    private readonly lookups: ConnectionLookupsRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 404 when there is none, or when it is not `userId`'s */
  async getConnection(id: string, userId?: string): Promise<SealedConnection> {
    const [connection] = await this.lookups.findConnections({ connectionId: id, userId });
    if (!connection) throw notFound('connection');
    return connection;
  }

  /** The user, and the data that rules may look at. */
  async findSubject(id: string): Promise<AskedSubject | undefined> {
    const known = this.subjects.get(id);
    if (known) return known;
    const [connection] = await this.lookups.findConnections({ connectionId: id });
    if (!connection) return undefined;
    const subject = subjectOf(connection);
    this.subjects.set(id, subject);
    return subject;
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

  /** Those that a use of a connection would choose among. */
  found(wanted: WantedConnection): Promise<readonly SealedConnection[]> {
    return this.lookups.findConnections(wanted);
  }

  /** As `chooseAmong` those that there are. */
  async choose(
    userId: string,
    connectorIds: readonly string[],
    connectionId?: string,
  ): Promise<SealedConnection | undefined> {
    const wanted = { userId, connectorIds, connectionId };
    return this.chooseAmong(await this.lookups.findConnections(wanted), wanted);
  }

  /**
   * Of the connections that were found the one that is usable, or the one that is named.
   * @param fits where several are usable, those for which it is true are preferred
   * @returns `undefined` when there is none
   * @throws Problem 409 `ambiguous_connection` with the choices; 404 when there is none of the name, 400
   *   `connection_mismatch` when it is at another connector
   */
  async chooseAmong(
    found: readonly SealedConnection[],
    { connectionId, connectorIds }: WantedConnection,
    fits: (connection: SealedConnection) => boolean = () => true,
  ): Promise<SealedConnection | undefined> {
    if (connectionId !== undefined) {
      const [named] = found;
      if (!named) throw notFound('connection');
      if (connectorIds && !connectorIds.includes(named.connectorId)) {
        await this.connectors.require(named.connectorId);
        throw new Problem('connection_mismatch', { connectionId, target: named.target });
      }
      return named;
    }
    const { stored, usable } = this.sorted(found);
    const candidates = [usable.filter(fits), usable, stored].find(({ length }) => length > 0) ?? [];
    if (candidates.length > 1) {
      throw new Problem('ambiguous_connection', {
        connections: candidates.map(({ id, target, alias, account }) => ({ id, target, alias, account })),
      });
    }
    return candidates[0] ?? found[0];
  }

  /** A user's connections at these connectors: those with tokens, and of these the usable ones. */
  async candidates(userId: string, connectorIds: readonly string[]) {
    return this.sorted(await this.lookups.findConnections({ userId, connectorIds }));
  }

  private sorted(found: readonly SealedConnection[]) {
    const stored = found.filter(({ tokens }) => tokens !== undefined);
    const now = this.clock.now();
    const usable = stored.filter((one) => isUsable(one) && !isOver(one, now));
    return { stored, usable };
  }
}

function subjectOf({ id, userId, target }: SealedConnection): AskedSubject {
  return { userId, context: { connectionId: id, target } };
}
