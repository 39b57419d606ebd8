import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Log } from '../log/log.js';
import { DATABASE_URL_TOKEN } from '../prisma/prisma.service.js';

const POOL_SIZE = 3;

/** Statements over arrays are planned once: else PostgreSQL plans them anew each time, which costs more than they do. */
const ONE_PLAN = '-c plan_cache_mode=force_generic_plan';

/** A statement with a name: the database parses and plans it once for each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Statements without Prisma, for the few that run with every request. Like Prisma it stays behind `*.repository.ts`.
 * Each statement is a transaction of its own, committed when `run` resolves.
 */
@Injectable()
export class Sql implements OnApplicationShutdown {
  private readonly pool: pg.Pool;

  constructor(@Inject(DATABASE_URL_TOKEN) databaseUrl: string, log: Log) {
    this.pool = new pg.Pool({
      connectionString: databaseUrl,
      max: POOL_SIZE,
      keepAlive: true,
      options: ONE_PLAN,
    });
    this.pool.on('error', (error) => log.warn('database connection', { reason: error.message }));
  }

  /** Runs a statement and gives its rows. `bigint` comes as text. */
  async run<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>({ ...statement, values: [...values] })).rows;
  }

  /** Runs last, like Prisma's: everything that drains at shutdown may still write. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
