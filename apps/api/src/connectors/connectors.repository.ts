import { Injectable } from '@nestjs/common';
import { findPreset, type ConnectorPreset } from '@valetkey/providers';
import { presetOfServer } from '@valetkey/providers/mcp';
import { SettingsError } from '../config/index.js';
import { Prisma, TransactionalRepository, type Transaction } from '../platform/index.js';
import type { AuditActor } from '../audit/index.js';
import type { Connector, ConnectorOptions, ConnectorSource } from './connector.js';

/** A connector with its sealed secret. */
export interface StoredConnector extends Connector {
  readonly sealedClientSecret?: Uint8Array | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Connections of a connector: all of them, and those that hold tokens. */
export interface ConnectionCounts {
  readonly connections: number;
  readonly stored: number;
}

/** The options column: the options, and state that has no column of its own. */
interface OptionsColumn extends ConnectorOptions {
  readonly disabledBy?: Connector['disabledBy'];
  readonly dropping?: { readonly actor: AuditActor; readonly at: string };
}

@Injectable()
export class ConnectorsRepository extends TransactionalRepository {
  async all(): Promise<StoredConnector[]> {
    return (await this.prisma.connector.findMany({ orderBy: { target: 'asc' } })).map(toStored);
  }

  /** The connector as it is now, locked until the transaction ends. */
  async lock(tx: Transaction, id: string): Promise<StoredConnector | undefined> {
    await tx.$executeRaw`SELECT 1 FROM "connectors" WHERE "id" = ${id} FOR UPDATE`;
    const row = await tx.connector.findUnique({ where: { id } });
    return row ? toStored(row) : undefined;
  }

  async findTarget(tx: Transaction, target: string): Promise<StoredConnector | undefined> {
    const row = await tx.connector.findUnique({ where: { target } });
    return row ? toStored(row) : undefined;
  }

  async counts(): Promise<ReadonlyMap<string, ConnectionCounts>> {
    const rows = await this.prisma.$queryRaw<{ id: string; connections: bigint; stored: bigint }[]>`
      SELECT c."connector_id" AS "id", count(*) AS "connections", count(s."connection_id") AS "stored"
      FROM "connections" c LEFT JOIN "token_sets" s ON s."connection_id" = c."id" GROUP BY c."connector_id"`;
    return new Map(
      rows.map(({ id, connections, stored }) => [
        id,
        { connections: Number(connections), stored: Number(stored) },
      ]),
    );
  }

  /** Writes a connector, new or known. */
  async put(
    tx: Transaction,
    connector: Connector & { sealedClientSecret?: Uint8Array | undefined },
  ): Promise<void> {
    const { id, target, displayName, clientId, source, preset, endpointOverrides, disabledAt } = connector;
    const data = {
      target,
      displayName,
      clientId,
      source,
      preset: preset.id,
      endpoints: endpointOverrides as Prisma.InputJsonObject,
      options: optionsColumn(connector) as unknown as Prisma.InputJsonObject,
      sealedClientSecret: connector.sealedClientSecret ? Uint8Array.from(connector.sealedClientSecret) : null,
      disabledAt: disabledAt ?? null,
    };
    await tx.connector.upsert({ where: { id }, create: { id, ...data }, update: data });
  }

  /** Replaces a sealed secret, if it and the connector's endpoints are still as they were read. */
  async replaceSecret(
    { id, sealedClientSecret, endpointOverrides }: StoredConnector,
    sealed: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    await this.prisma.connector.updateMany({
      where: {
        id,
        sealedClientSecret: Uint8Array.from(sealedClientSecret ?? []),
        endpoints: { equals: endpointOverrides as Prisma.InputJsonObject },
      },
      data: { sealedClientSecret: sealed },
    });
  }

  /** Deletes a connector and the authorizations that were begun with it. */
  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.authorization.deleteMany({ where: { connectorId: id } });
    await tx.connector.delete({ where: { id } });
  }
}

function optionsColumn({ options, disabledBy, dropping }: Connector): OptionsColumn {
  return {
    ...options,
    ...(disabledBy ? { disabledBy } : {}),
    ...(dropping ? { dropping: { actor: dropping.actor, at: dropping.at.toISOString() } } : {}),
  };
}

/** @throws SettingsError when it is of a provider whose file is gone */
function storedPreset(
  {
    target,
    displayName,
    preset,
  }: Pick<Prisma.ConnectorGetPayload<object>, 'target' | 'displayName' | 'preset'>,
  { mcpServer }: ConnectorOptions,
): ConnectorPreset {
  if (mcpServer) return presetOfServer({ ...mcpServer, id: target, displayName });
  const known = findPreset(preset);
  if (known) return known;
  throw new SettingsError(
    `the connector "${target}" is of the preset "${preset}", which no file describes any more: put its file back into VALETKEY_CATALOGUE_DIR, and delete the connector before you take it away`,
  );
}

function toStored(row: Prisma.ConnectorGetPayload<object>): StoredConnector {
  const { disabledBy, dropping, ...options } = row.options as unknown as OptionsColumn;
  return {
    id: row.id,
    target: row.target,
    displayName: row.displayName,
    clientId: row.clientId,
    preset: storedPreset(row, options),
    endpointOverrides: row.endpoints as Connector['endpointOverrides'],
    options,
    source: row.source as ConnectorSource,
    sealedClientSecret: row.sealedClientSecret ?? undefined,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    disabledAt: row.disabledAt ?? undefined,
    disabledBy: row.disabledAt ? (disabledBy ?? 'configuration') : undefined,
    dropping: dropping ? { actor: dropping.actor, at: new Date(dropping.at) } : undefined,
  };
}
