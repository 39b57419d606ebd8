import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService, type Transaction } from '../platform/index.js';
import { presetOf, type Connector, type ConnectorOptions, type ConnectorSource } from './connector.js';

/** A connector with its sealed secret and how many connections use it. */
export interface StoredConnector extends Connector {
  readonly sealedClientSecret?: Uint8Array | undefined;
  readonly connectionCount: number;
}

@Injectable()
export class ConnectorsRepository {
  constructor(private readonly prisma: PrismaService) {}

  async all(): Promise<StoredConnector[]> {
    const rows = await this.prisma.connector.findMany({
      orderBy: { target: 'asc' },
      include: { _count: { select: { connections: true } } },
    });
    return rows.map(
      ({ _count, preset, endpoints, options, source, sealedClientSecret, disabledAt, ...row }) => ({
        id: row.id,
        target: row.target,
        displayName: row.displayName,
        clientId: row.clientId,
        preset: presetOf(preset),
        endpointOverrides: endpoints as Connector['endpointOverrides'],
        options: options as unknown as ConnectorOptions,
        source: source as ConnectorSource,
        sealedClientSecret: sealedClientSecret ?? undefined,
        disabledAt: disabledAt ?? undefined,
        connectionCount: _count.connections,
      }),
    );
  }

  inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.prisma.transaction(work);
  }

  async put(
    tx: Transaction,
    connector: Connector & { sealedClientSecret: Uint8Array<ArrayBuffer> | undefined },
  ): Promise<void> {
    const { id, target, preset, endpointOverrides, options, sealedClientSecret, disabledAt, ...rest } =
      connector;
    const data = {
      ...rest,
      target,
      preset: preset.id,
      endpoints: endpointOverrides as Prisma.InputJsonObject,
      options: options as unknown as Prisma.InputJsonObject,
      sealedClientSecret: sealedClientSecret ?? null,
      disabledAt: disabledAt ?? null,
    };
    await tx.connector.upsert({ where: { id }, create: { id, ...data }, update: data });
  }

  async disable(tx: Transaction, id: string, at: Date): Promise<void> {
    await tx.connector.update({ where: { id }, data: { disabledAt: at } });
  }
}
