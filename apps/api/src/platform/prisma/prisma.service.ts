import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { Prisma, PrismaClient } from './generated/client.js';
import { inUtc } from './utc-sessions.js';

/** Injection token of the PostgreSQL URL in force (given or embedded). */
export const DATABASE_URL_TOKEN = Symbol('DatabaseUrl');

/** A running transaction, handed from a use case to the repositories that take part. */
export type Transaction = Prisma.TransactionClient;

/**
 * Connections for everything but the few statements of every request (see `Sql`) and the queue. Eight processes
 * together stay below PostgreSQL's default of 100.
 */
const POOL_SIZE = 6;

/**
 * PostgreSQL's limits for a session, so that a process that hangs or was stopped inside a transaction blocks others
 * only briefly: its session ends, and its locks are released. A session that waits for a lock waits longer than that,
 * but not for ever. Between two statements of a transaction we only compute: a pause of seconds means a process that
 * does not run. Parameters in the database's URL take precedence.
 */
export const SESSION_LIMITS = { idle_in_transaction_session_timeout: 5_000, lock_timeout: 8_000 } as const;

/** The database client. Only repositories use it; services pass a {@link Transaction} along as an opaque value. */
@Injectable()
export class PrismaService extends PrismaClient implements OnModuleInit, OnApplicationShutdown {
  constructor(@Inject(DATABASE_URL_TOKEN) databaseUrl: string) {
    super({
      adapter: new PrismaPg({ connectionString: inUtc(databaseUrl), max: POOL_SIZE, ...SESSION_LIMITS }),
      errorFormat: 'minimal',
    });
  }

  async onModuleInit(): Promise<void> {
    await this.$connect();
  }

  /** Runs last: everything that drains at shutdown may still write. */
  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }

  /** As {@link transaction}. @returns false, and nothing was done, when the row that it makes is there already */
  async transactionIfNew(work: (tx: Transaction) => Promise<void>): Promise<boolean> {
    try {
      await this.transaction(work);
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  /** Runs `work` in one transaction; it is rolled back when `work` throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.$transaction(work, { maxWait: 10_000, timeout: 15_000 });
  }
}

/** Whether a write failed because the row exists already. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}

const UNSTORABLE = ['22021', '22P05'];
const LOCK_TIMEOUT = '55P03';

/** Whether PostgreSQL refused a text that it cannot hold: one with a NUL character. */
export function isUnstorableText(error: unknown): boolean {
  return UNSTORABLE.includes(sqlStateOf(error) ?? '');
}

/** Whether a statement did not get a lock within its `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return sqlStateOf(error) === LOCK_TIMEOUT;
}

/**
 * SQLSTATE classes: no connection, rolled back because of another transaction, out of resources, stopped by an
 * operator; a wait that took too long.
 */
const PASSING_STATES = /^((08|40|53|57)...|55P03|25P03|25P04)$/;
/** Prisma: unreachable, timed out, connection lost, no connection or transaction available. */
const PASSING_CODES = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037'];
/** Messages of pg, which has no code for a lost connection. */
const LOST = /^(Client has encountered a connection error|Connection terminated|Connection ended)/;

/**
 * Whether the failure is temporary, so that a retry may succeed: the database was unreachable, a statement waited too
 * long, or its transaction was ended from outside. The changes of that transaction are undone.
 */
export function isPassing(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: string };
  return (
    PASSING_STATES.test(sqlStateOf(error) ?? '') ||
    (error instanceof Prisma.PrismaClientKnownRequestError && PASSING_CODES.includes(error.code)) ||
    code === 'ECONNREFUSED' ||
    LOST.test(message ?? '')
  );
}

/** PostgreSQL's error code. */
function sqlStateOf(error: unknown): string | undefined {
  if (error instanceof pg.DatabaseError) return error.code;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined;
  const { driverAdapterError } = (error.meta ?? {}) as {
    driverAdapterError?: { cause?: { originalCode?: string } };
  };
  return driverAdapterError?.cause?.originalCode;
}
