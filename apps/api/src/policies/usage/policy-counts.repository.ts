import { Injectable } from '@nestjs/common';
import { TransactionalRepository, type Transaction } from '../../platform/index.js';

/** A count as it was when the policy was asked. */
export interface SeenCount {
  readonly key: Buffer;
  readonly used: number;
}

/** Rolls a count back. */
class CountsChanged extends Error {}

/** Counts of what was done on a day. */
@Injectable()
export class PolicyCountsRepository extends TransactionalRepository {
  /** The counts of these keys, without what this effect itself has added. */
  async countsOf(day: Date, keys: readonly Buffer[], effectId: string | undefined): Promise<number[]> {
    const rows = await this.prisma.$queryRaw<{ key: Uint8Array; used: number }[]>`
      SELECT c.key, c.used - (EXISTS (
        SELECT 1 FROM policy_counted_effects e
        WHERE e.effect_id = ${effectId ?? ''} AND e.day = c.day AND c.key = ANY (e.keys)))::int AS used
      FROM policy_counts c WHERE c.day = ${day}::date AND c.key = ANY (${bytes(keys)})`;
    const used = new Map(rows.map((row) => [Buffer.from(row.key).toString('hex'), row.used]));
    return keys.map((key) => used.get(key.toString('hex')) ?? 0);
  }

  /**
   * Adds one to each of these counts if all are as they were seen; an effect is counted once.
   * @returns false, and nothing was counted, when one has changed
   */
  async count(day: Date, effectId: string, seen: readonly SeenCount[]): Promise<boolean> {
    try {
      await this.inTransaction((tx) => this.countIn(tx, day, effectId, seen));
      return true;
    } catch (error) {
      if (error instanceof CountsChanged) return false;
      throw error;
    }
  }

  private async countIn(
    tx: Transaction,
    day: Date,
    effectId: string,
    seen: readonly SeenCount[],
  ): Promise<void> {
    // In one order everywhere, or two callers could wait for each other.
    const ordered = [...seen].sort((a, b) => Buffer.compare(a.key, b.key));
    const keys = bytes(ordered.map(({ key }) => key));
    const isNew = await tx.$executeRaw`
      INSERT INTO policy_counted_effects (effect_id, day, keys) VALUES (${effectId}, ${day}::date, ${keys})
      ON CONFLICT (effect_id) DO NOTHING`;
    if (isNew === 0) return;
    const counted = await tx.$executeRaw`
      INSERT INTO policy_counts AS c (day, key, used)
      SELECT ${day}::date, s.key, s.used + 1
      FROM unnest(${keys}::bytea[], ${ordered.map(({ used }) => used)}::int[]) WITH ORDINALITY AS s (key, used, n)
      ORDER BY s.n
      ON CONFLICT (day, key) DO UPDATE SET used = EXCLUDED.used WHERE c.used = EXCLUDED.used - 1`;
    if (counted < ordered.length) throw new CountsChanged();
  }

  async deleteBefore(day: Date): Promise<void> {
    await this.prisma.policyCount.deleteMany({ where: { day: { lt: day } } });
    await this.prisma.policyCountedEffect.deleteMany({ where: { day: { lt: day } } });
  }
}

function bytes(keys: readonly Buffer[]): Uint8Array<ArrayBuffer>[] {
  return keys.map((key) => Uint8Array.from(key));
}
