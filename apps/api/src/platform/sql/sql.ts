import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Log } from '../log/log.js';
import { DATABASE_URL_TOKEN, SESSION_LIMITS } from '../prisma/prisma.service.js';

/** Statements over arrays are planned once: else PostgreSQL plans them anew each time, which costs more than they do. */
const ONE_PLAN = '-c plan_cache_mode=force_generic_plan';

/** A statement with a name: the database parses and plans it once. */
export interface Statement {
  readonly name: string;
  /** The connection that it shares with others of the same line; by default one for all that name none. */
  readonly line?: string;
  readonly text: string;
}

const SHARED_LINE = 'shared';

/**
 * Statements without Prisma, for the few that run with every request. Like Prisma it stays behind `*.repository.ts`.
 * What goes over one line is run in its order; the next is on its way before the last one is answered.
 */
@Injectable()
export class Sql implements OnApplicationShutdown {
  private readonly clients = new Map<string, Promise<pg.Client>>();

  constructor(
    @Inject(DATABASE_URL_TOKEN) private readonly databaseUrl: string,
    private readonly log: Log,
  ) {}

  /**
   * Runs a statement and gives its rows. It is a transaction of its own, committed when `run` resolves; one that fails
   * does not keep those behind it from running. `bigint` comes as text.
   */
  async run<Row extends pg.QueryResultRow>(
    { name, line = SHARED_LINE, text }: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    const client = await this.clientOf(line);
    return (await client.query<Row>({ name, text, values: [...values] })).rows;
  }

  /**
   * Runs statements as one transaction in one flush: none waits for the answer of the one before it.
   * @returns the rows of the last one, committed
   */
  async transaction<Row extends pg.QueryResultRow>(
    line: string,
    ...steps: readonly (readonly [Omit<Statement, 'line'>, readonly unknown[]])[]
  ): Promise<Row[]> {
    const client = await this.clientOf(line);
    const begun = client.query('BEGIN');
    const sent = steps.map(([{ name, text }, values]) =>
      client.query<Row>({ name, text, values: [...values] }),
    );
    // After a statement that failed this is a rollback; that failure is what is thrown.
    const ended = client.query('COMMIT');
    const answers = await Promise.all(await settled([begun, ...sent, ended]));
    return answers.at(-2)?.rows as Row[];
  }

  /** Runs last, like Prisma's: everything that drains at shutdown may still write. */
  async onApplicationShutdown(): Promise<void> {
    const clients = await Promise.allSettled(this.clients.values());
    await Promise.all(
      clients.map((client) => (client.status === 'fulfilled' ? client.value.end() : undefined)),
    );
  }

  private clientOf(line: string): Promise<pg.Client> {
    const known = this.clients.get(line);
    if (known) return known;
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      keepAlive: true,
      options: ONE_PLAN,
      pipeline: true,
      ...SESSION_LIMITS,
    });
    const connected = client.connect().then(() => client);
    // A connection that is lost, or never came about, is made anew for the next run.
    const forget = () => {
      if (this.clients.get(line) === connected) this.clients.delete(line);
    };
    client.on('error', (error) => {
      forget();
      this.log.warn('database connection', { reason: error.message });
    });
    client.on('end', forget);
    connected.catch(forget);
    this.clients.set(line, connected);
    return connected;
  }
}

/** Waits for all: the line is free again when the first failure is told. */
async function settled<T>(promises: readonly Promise<T>[]): Promise<readonly Promise<T>[]> {
  await Promise.allSettled(promises);
  return promises;
}
