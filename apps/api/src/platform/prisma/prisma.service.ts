import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { Prisma, PrismaClient } from './generated/client.js';

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
 * What PostgreSQL allows a session, so that a process that hangs or was stopped inside a transaction holds up nobody for
 * long: its session ends, and what it locked is free. Whoever waits for a lock waits longer than that, but not for ever.
 * Between two statements of a transaction we only compute: a pause of seconds is a process that does not run. Members of
 * the database's URL win.
 */
export const SESSION_LIMITS = { idle_in_transaction_session_timeout: 5_000, lock_timeout: 8_000 } as const;

/** The database client. Only repositories use it; services pass a {@link Transaction} along without looking in. */
@Injectable()
export class PrismaService extends PrismaClient implements OnModuleInit, OnApplicationShutdown {
  constructor(@Inject(DATABASE_URL_TOKEN) databaseUrl: string) {
    super({
      adapter: new PrismaPg({ connectionString: databaseUrl, max: POOL_SIZE, ...SESSION_LIMITS }),
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

/** SQLSTATE: no connection, rolled back for another's sake, no room, stopped from outside; a wait that took too long. */
const PASSING_STATES = /^((08|40|53|57)...|55P03|25P03|25P04)$/;
/** Prisma: not reached, timed out, connection lost, pool or transaction not to be had. */
const PASSING_CODES = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037'];
/** What pg says without a code of a connection that was lost. */
const LOST = /^(Client has encountered a connection error|Connection terminated|Connection ended)/;

/**
 * Whether the database did not do now what it may do the next time: it was not reached, a statement waited too long, or
 * its transaction was ended from outside. What that transaction had changed is undone.
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

/** PostgreSQL's code for what went wrong. */
function sqlStateOf(error: unknown): string | undefined {
  if (error instanceof pg.DatabaseError) return error.code;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined;
  const { driverAdapterError } = (error.meta ?? {}) as {
    driverAdapterError?: { cause?: { originalCode?: string } };
  };
  return driverAdapterError?.cause?.originalCode;
}
