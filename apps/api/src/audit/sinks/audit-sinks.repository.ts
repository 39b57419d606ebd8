import { Injectable } from '@nestjs/common';
import { inMs, leaseSql, Prisma, TransactionalRepository, type Transaction } from '../../platform/index.js';

/** How far a sink has the log. */
export interface SinkProgress {
  readonly name: string;
  /** The last event that it took. */
  readonly seq: bigint;
  readonly failures: number;
  readonly lastError: string | undefined;
  readonly deliveredAt: Date | undefined;
  /** Events that it does not have yet, and since when the oldest of them waits. */
  readonly behind: number;
  readonly waitingSince: Date | undefined;
}

/** A sink, and the process that holds it for some time. */
export interface HeldSink {
  readonly name: string;
  readonly holder: string;
  readonly leaseMs: number;
}

/** One row per sink: its position in the log, and who sends to it. Leases are judged by the database's clock. */
@Injectable()
export class AuditSinksRepository extends TransactionalRepository {
  /** Makes the rows of sinks that are new; the others keep their position. */
  async ensure(sinks: readonly { readonly name: string; readonly from: 'start' | 'now' }[]): Promise<void> {
    for (const { name, from } of sinks) {
      await this.prisma.$executeRaw`
        INSERT INTO audit_sinks (name, seq)
        SELECT ${name}, CASE WHEN ${from} = 'now' THEN first_seq + size - 1
          ELSE coalesce((SELECT max(through_seq) FROM audit_trims), 0) END FROM audit_tree WHERE id = 1
        ON CONFLICT (name) DO NOTHING`;
    }
  }

  /**
   * Takes the sink for `leaseMs`, if there is something to send, it is due, and nobody sends.
   * @returns the position after which to go on
   */
  async claim(name: string, holder: string, leaseMs: number): Promise<bigint | undefined> {
    const [row] = await this.prisma.$queryRaw<{ seq: bigint }[]>`
      UPDATE audit_sinks SET ${leaseSql.take(holder, leaseMs)}
      WHERE name = ${name} AND next_at <= now() AND ${leaseSql.isFree}
        AND seq < (SELECT first_seq + size - 1 FROM audit_tree WHERE id = 1)
      RETURNING seq`;
    return row?.seq;
  }

  /** @returns false when another process has taken it over */
  async extend(name: string, holder: string, leaseMs: number): Promise<boolean> {
    const count = await this.prisma.$executeRaw`
      UPDATE audit_sinks SET ${leaseSql.extend(leaseMs)}
      WHERE name = ${name} AND holder = ${holder}`;
    return count === 1;
  }

  /** The sink has everything up to `seq`. @returns false when another process has taken it over */
  async advance(
    { name, holder, leaseMs }: HeldSink,
    seq: bigint,
    tx: Transaction = this.prisma,
  ): Promise<boolean> {
    const count = await tx.$executeRaw`
      UPDATE audit_sinks SET seq = ${seq}, delivered_at = now(), failures = 0, last_error = NULL,
        ${leaseSql.extend(leaseMs)}
      WHERE name = ${name} AND holder = ${holder}`;
    return count === 1;
  }

  /** Lets go; after a failure nobody tries before `waitMs` have passed. */
  async release(name: string, holder: string, failure?: { reason: string; waitMs: number }): Promise<void> {
    const failed = failure
      ? Prisma.sql`, failures = failures + 1, last_error = ${failure.reason},
          next_at = ${inMs(failure.waitMs)}`
      : Prisma.empty;
    await this.prisma.$executeRaw`
      UPDATE audit_sinks SET ${leaseSql.release} ${failed}
      WHERE name = ${name} AND holder = ${holder}`;
  }

  async failures(name: string): Promise<number> {
    return (await this.prisma.auditSink.findUnique({ where: { name } }))?.failures ?? 0;
  }

  /** Of these sinks, in their order. */
  async progress(names: readonly string[]): Promise<SinkProgress[]> {
    const rows = await this.prisma.$queryRaw<ProgressRow[]>`
      SELECT sink.name, sink.seq, sink.failures, sink.last_error, sink.delivered_at,
        greatest(tree.first_seq + tree.size - 1 - sink.seq, 0) AS behind, waiting.at AS waiting_since
      FROM audit_sinks AS sink CROSS JOIN audit_tree AS tree
      LEFT JOIN LATERAL (SELECT at FROM audit_events WHERE seq = sink.seq + 1) AS waiting ON true
      WHERE tree.id = 1 AND sink.name = ANY(${[...names]}::text[])`;
    const byName = new Map(rows.map((row) => [row.name, row]));
    return names.flatMap((name) => {
      const row = byName.get(name);
      if (!row) return [];
      return [
        {
          name,
          seq: row.seq,
          failures: row.failures,
          lastError: row.last_error ?? undefined,
          deliveredAt: row.delivered_at ?? undefined,
          behind: Number(row.behind),
          waitingSince: row.waiting_since ?? undefined,
        },
      ];
    });
  }
}

interface ProgressRow {
  readonly name: string;
  readonly seq: bigint;
  readonly failures: number;
  readonly last_error: string | null;
  readonly delivered_at: Date | null;
  readonly behind: bigint;
  readonly waiting_since: Date | null;
}
