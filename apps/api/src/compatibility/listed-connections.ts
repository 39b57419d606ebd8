import { Injectable } from '@nestjs/common';
import { ConnectionsService, type SealedConnection } from '../connections/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { invalidInput, shortened, type MayShow } from '../platform/index.js';
import { listedConnection } from './connection-answer.js';
import { Integrations } from './integrations.js';
import { isDeleted } from './named-connections.js';
import type { ListQuery } from './nango.schemas.js';
import { notSupported } from './unsupported.js';

/** How far pages may reach: a page is found by walking to it. */
const FARTHEST_ROW = 20_000;
const WALKED_AT_ONCE = 200;

/** Filters that we keep, and members that are none. */
const KNOWN = ['connectionId', 'endUserId', 'integrationId', 'limit', 'page', 'tags[end_user_id]'];

/** Pages of connections, counted from 0 as Nango's are, on our lists, which go on by cursor. */
@Injectable()
export class ListedConnections {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly connectors: ConnectorsService,
    private readonly integrations: Integrations,
  ) {}

  /** @throws Problem 501 for a filter that would not be kept, 400 for a page that is too far, 404 for an integration */
  async listPage(query: ListQuery, mayShow: MayShow | undefined) {
    const strange = Object.keys(query).find((name) => !KNOWN.includes(name));
    if (strange !== undefined)
      throw notSupported(
        `the filter ${shortened(strange)}. There are connectionId, endUserId, tags[end_user_id] and integrationId.`,
      );
    const { limit, page } = query;
    if ((page + 1) * limit > FARTHEST_ROW)
      throw invalidInput(
        `page: reaches beyond ${FARTHEST_ROW} rows; go through GET /v1/connections by cursor`,
      );
    const rows = await this.rows(query, (page + 1) * limit, mayShow);
    const all = await this.connectors.all();
    return rows.slice(page * limit).map((row) => {
      const preset = all.find(({ id }) => id === row.connectorId)?.preset.id ?? row.target;
      return listedConnection(row, preset, row.target);
    });
  }

  private async rows(
    query: ListQuery,
    count: number,
    mayShow: MayShow | undefined,
  ): Promise<SealedConnection[]> {
    const filter = await this.filterOf(query);
    const rows: SealedConnection[] = [];
    let cursor: string | undefined;
    do {
      const next = await this.connections.list(filter, cursor, WALKED_AT_ONCE, mayShow);
      rows.push(...next.data.filter((row) => !isDeleted(row)));
      cursor = next.nextCursor;
    } while (cursor !== undefined && rows.length < count);
    return rows.slice(0, count);
  }

  private async filterOf(query: ListQuery) {
    const { connectionId, endUserId, integrationId } = query;
    const ofTag = query['tags[end_user_id]'];
    if (endUserId !== undefined && ofTag !== undefined && ofTag !== endUserId)
      throw invalidInput('tags[end_user_id]: is another user than endUserId');
    const keys = integrationId?.split(',').filter(Boolean) ?? [];
    const named = await Promise.all(keys.map((key) => this.integrations.require(key)));
    const connectorIds = named.flatMap(({ connectors }) => connectors.map(({ id }) => id));
    return {
      id: connectionId,
      userId: endUserId ?? (typeof ofTag === 'string' ? ofTag : undefined),
      connectorIds: keys.length > 0 ? connectorIds : undefined,
    };
  }
}
