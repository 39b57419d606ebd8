import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService, type Transaction } from '../platform/index.js';
import { envelopeHeader } from './envelope.js';
import type { SealedColumn, SealedCount, SealedRow } from './sealed-store.js';

/** A row's new bytes, to be written where it still holds the old ones. */
export interface SealedChange {
  readonly id: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** Pages through sealed columns and changes their bytes, whatever they mean. */
@Injectable()
export class SealedRowsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** How many values each key has sealed, read from the bytes themselves. */
  async countByKey(column: SealedColumn, tx?: Transaction): Promise<SealedCount[]> {
    const { table, sealed } = sql(column);
    const rows = await (tx ?? this.prisma).$queryRaw<{ key: string | null; count: number }[]>`
      SELECT CASE WHEN length(${sealed}) > 2 AND get_byte(${sealed}, 0) IN (1, 2)
          THEN encode(substring(${sealed} FROM 3 FOR get_byte(${sealed}, 1)), 'hex') END AS "key",
        count(*)::int AS "count"
      FROM ${table} t WHERE ${sealed} IS NOT NULL GROUP BY 1`;
    return rows.map(({ key, count }) => ({
      store: column.name,
      keyId: key === null ? undefined : Buffer.from(key, 'hex').toString(),
      count,
    }));
  }

  /** Rows after primary key `after`, in its order, that are not sealed with key `keyId`. */
  async listSealedRows(
    column: SealedColumn,
    keyId: string,
    after: string,
    limit: number,
  ): Promise<SealedRow[]> {
    const { table, key, sealed } = sql(column);
    // The format apart: one key seals in both.
    const keyPart = envelopeHeader(keyId).subarray(1);
    const facts = Object.entries(column.facts ?? {});
    const selected = facts.map(([name, expression]) =>
      Prisma.raw(`, (${expression})::text AS "fact_${name}"`),
    );
    const rows = await this.prisma.$queryRaw<Record<string, unknown>[]>`
      SELECT ${key} AS "id", ${sealed} AS "sealed" ${Prisma.join([Prisma.empty, ...selected], '')}
      FROM ${table} t
      WHERE ${key} > ${after} AND ${sealed} IS NOT NULL
        AND substring(${sealed} FROM 2 FOR ${keyPart.length}) <> ${keyPart}
      ORDER BY ${key} LIMIT ${limit}`;
    return rows.map((row) => ({
      id: row['id'] as string,
      sealed: row['sealed'] as Uint8Array,
      facts: Object.fromEntries(facts.map(([name]) => [name, row[`fact_${name}`] as string | null])),
    }));
  }

  /**
   * Writes new bytes where the row still holds the old ones; nothing else of a row is touched.
   * @returns the ids of the rows that were changed
   */
  async replace(column: SealedColumn, changes: readonly SealedChange[]): Promise<string[]> {
    if (changes.length === 0) return [];
    const { table, key, sealed, column: name } = sql(column);
    const values = changes.map(
      ({ id, before, after }) => Prisma.sql`(${id}::text, ${before}::bytea, ${after}::bytea)`,
    );
    const rows = await this.prisma.$queryRaw<{ id: string }[]>`
      UPDATE ${table} t SET ${name} = change.after
      FROM (VALUES ${Prisma.join(values)}) AS change(id, before, after)
      WHERE ${key} = change.id AND ${sealed} = change.before
      RETURNING ${key} AS "id"`;
    return rows.map(({ id }) => id);
  }
}

function sql({ table, key, column }: SealedColumn) {
  return {
    table: Prisma.raw(`"${table}"`),
    key: Prisma.raw(`t."${key}"`),
    sealed: Prisma.raw(`t."${column}"`),
    column: Prisma.raw(`"${column}"`),
  };
}
