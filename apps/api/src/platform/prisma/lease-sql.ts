import { Prisma } from './generated/client.js';

/** So many milliseconds from now, by the database's clock: the same one in every process. */
export function inMs(ms: number): Prisma.Sql {
  return Prisma.sql`now() + ${ms} * interval '1 millisecond'`;
}

/**
 * The lease of a row with the columns `holder` and `lease_until`, as statements take, extend and end it. What extends or
 * ends one says whose it is: `WHERE … AND holder = …`.
 */
export const leaseSql = {
  /** As a condition: nobody holds it, or no longer. */
  isFree: Prisma.sql`(lease_until IS NULL OR lease_until < now())`,
  /** As assignments of an UPDATE. */
  take: (holder: string, ms: number) => Prisma.sql`holder = ${holder}, lease_until = ${inMs(ms)}`,
  extend: (ms: number) => Prisma.sql`lease_until = ${inMs(ms)}`,
  release: Prisma.sql`holder = NULL, lease_until = NULL`,
};
