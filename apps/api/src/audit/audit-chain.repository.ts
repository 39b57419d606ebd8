import { Injectable } from '@nestjs/common';
import {
  binaryArrays,
  Prisma,
  Sql,
  type Column,
  type Statement,
  type Transaction,
} from '../platform/index.js';
import type { AuditEvent, NewAuditEvent } from './audit-event.js';
import { link, type Head } from './chain-links.js';
import { Preconditions, type Precondition, type StandingExpression } from './preconditions.js';

/** Before the first look at the head: it fits no chain. */
const UNKNOWN: Head = { seq: -1n, hash: new Uint8Array(), at: new Date(0) };

/** How often a group is linked to where the chain seems to end, before the chain is held still for it. */
const TRIES = 2;

/** The columns of an event but for `seq` and `at`: name, type of its array, value. */
const COLUMNS: readonly (readonly [
  string,
  Column['type'],
  (event: AuditEvent) => Column['values'][number],
])[] = [
  ['id', 'text', ({ id }) => id],
  ['type', 'text', ({ type }) => type],
  ['outcome', 'text', ({ outcome }) => outcome],
  ['actor_type', 'text', ({ actor }) => actor.type],
  ['actor_id', 'text', ({ actor }) => actor.id],
  ['user_id', 'text', ({ userId }) => userId],
  ['agent_id', 'text', ({ agentId }) => agentId],
  ['connection_id', 'text', ({ connectionId }) => connectionId],
  ['task_id', 'text', ({ taskId }) => taskId],
  ['target', 'text', ({ target }) => target],
  ['action', 'text', ({ action }) => action],
  ['request_id', 'text', ({ requestId }) => requestId],
  ['key_id', 'text', ({ keyId }) => keyId],
  ['scopes', 'text', ({ scopes }) => scopes?.join(' ')],
  ['duration_ms', 'int', ({ durationMs }) => durationMs],
  ['provider_status', 'int', ({ providerStatus }) => providerStatus],
  ['ip', 'text', ({ ip }) => ip],
  ['arguments', 'text', (event) => event.arguments && JSON.stringify(event.arguments)],
  ['detail', 'text', ({ detail }) => JSON.stringify(detail)],
  ['salt', 'bytea', ({ salt }) => salt],
  ['personal_digest', 'bytea', (event) => event.personalDigest],
  ['prev_hash', 'bytea', ({ prevHash }) => prevHash],
  ['hash', 'bytea', ({ hash }) => hash],
];
const JSON_COLUMNS = new Set(['arguments', 'detail']);

/**
 * Locks the head, and appends if it is still the one that the events were linked to, and if all that they rest on stands.
 * What the lock showed is answered in any case. The head is read under its lock, after those who held it have committed.
 * The values are taken from their arrays by subscript: `unnest` over so many costs as much as all the rest, for the one
 * event that there often is.
 */
function appendStatement(name: string, failed: string): Statement {
  return {
    name,
    line: 'audit',
    text: `
    WITH head AS (SELECT seq, hash, at FROM audit_head WHERE id = 1 FOR UPDATE),
    failed AS (SELECT array_agg(n) AS ns FROM (${failed}) AS f (n)),
    moved AS (
      UPDATE audit_head SET seq = $1::bigint, hash = $2::bytea, at = $5::timestamptz FROM head
      WHERE audit_head.id = 1 AND head.seq = $3::bigint AND head.hash = $4::bytea
      AND (SELECT ns FROM failed) IS NULL RETURNING 1),
    added AS (
      INSERT INTO audit_events (seq, at, ${COLUMNS.map(([column]) => column).join(', ')})
      SELECT $3::bigint + n, $5::timestamptz, ${COLUMNS.map(([column, type], index) => `(${parameter(index, type)})[n]${JSON_COLUMNS.has(column) ? '::jsonb' : ''}`).join(', ')}
      FROM generate_series(1, $6::int) AS n
      WHERE EXISTS (SELECT 1 FROM moved))
    SELECT seq, hash, at, EXISTS (SELECT 1 FROM moved) AS moved, (SELECT ns FROM failed) AS failed FROM head`,
  };
}

/** An array of values, after the six that there are once. */
function parameter(index: number, type: string): string {
  return `$${index + 7}::${type}[]`;
}

const APPEND = appendStatement('audit_append', 'SELECT 1 WHERE false');

/** The numbers, from 1, of the preconditions that do not hold. */
function failedPreconditions(standing: StandingExpression): string {
  const [first, second, stood] = [0, 1, 2].map((n) => parameter(COLUMNS.length + n, 'text'));
  return `SELECT n FROM generate_series(1, cardinality(${first})) AS n
    WHERE (${stood})[n] IS DISTINCT FROM (${standing(`(${first})[n]`, `(${second})[n]`)})`;
}

const LOCK_HEAD = {
  name: 'audit_lock_head',
  line: 'audit_still',
  text: 'SELECT seq, hash, at FROM audit_head WHERE id = 1 FOR UPDATE',
};

/** The head as the database tells it. */
interface HeadRow {
  readonly seq: string;
  readonly hash: Buffer;
  readonly at: Date;
}

interface AppendRow extends HeadRow {
  readonly moved: boolean;
  /** Numbers of the preconditions that did not hold, from 1. */
  readonly failed: readonly number[] | null;
}

/** Events that were appended, or the preconditions that kept all of them from it. */
export type Appended = { readonly recorded: AuditEvent[] } | { readonly failed: ReadonlySet<Precondition> };

/** Events that are appended together. */
interface Group {
  readonly events: readonly NewAuditEvent[];
  readonly at: Date;
  readonly preconditions: readonly Precondition[];
}

/** Writes the chain: each event's hash covers the one before. */
@Injectable()
export class AuditChainRepository {
  /** Where the chain seems to end: events on their way are counted in, those of other processes are not. */
  private end = UNKNOWN;
  /** Counts how often that turned out wrong. */
  private surprises = 0;
  /** Whether nobody else has appended of late. */
  private isAlone = true;

  private appendIf: Statement | undefined;

  constructor(
    private readonly sql: Sql,
    private readonly preconditions: Preconditions,
  ) {}

  /**
   * How many groups should be on their way at one time: the database writes one while the next is put together. Groups
   * that have to take turns with other processes are better large.
   */
  get atOnce(): number {
    return this.isAlone ? 2 : 1;
  }

  /**
   * Appends events to the chain, in order, inside `tx`. The head row is locked until the transaction ends, so it is
   * the last thing a transaction does.
   */
  async append(tx: Transaction, events: readonly NewAuditEvent[], at: Date): Promise<AuditEvent[]> {
    const links = link(await lockedHead(tx), events, at);
    await add(tx, links);
    return links;
  }

  /**
   * Appends events to the chain, in order, and commits them: in one round trip, unless somebody else appends as well.
   * Calls need not wait for one another; each links to what the one before has sent. When a precondition does not hold
   * none of the events is appended.
   */
  async commit(
    events: readonly NewAuditEvent[],
    at: Date,
    preconditions: readonly Precondition[] = [],
  ): Promise<Appended> {
    if (events.length === 0) return { recorded: [] };
    const group = { events, at, preconditions };
    for (let tries = 0; this.isAlone && tries < TRIES; tries++) {
      const appended = await this.appended(group);
      if (appended) return appended;
    }
    return this.appendedStill(group);
  }

  /** @returns `undefined` when the chain had gone on: nothing was appended */
  private async appended(group: Group): Promise<Appended | undefined> {
    const before = this.end;
    const { surprises } = this;
    const links = link(before, group.events, group.at);
    const last = links.at(-1) as AuditEvent;
    this.end = last;
    const correct = (end: Head) => {
      // Else it was corrected already, by a group that went before this one.
      if (this.surprises !== surprises) return;
      this.surprises++;
      this.end = end;
    };
    try {
      const { statement, values } = this.statementFor(before, last, links, group);
      const [answer] = await this.sql.run<AppendRow>(statement, values);
      if (answer?.moved) return { recorded: links };
      correct(headOf(answer));
      return answer?.failed ? failedOf(group, answer.failed) : undefined;
    } catch (error) {
      correct(UNKNOWN);
      throw error;
    }
  }

  /** Holds the chain still from the look at its head on: needed while other processes append all the time. */
  private async appendedStill(group: Group): Promise<Appended> {
    let links: AuditEvent[] = [];
    let head = UNKNOWN;
    const [answer] = await this.sql.transaction<HeadRow, AppendRow>(LOCK_HEAD, ([row]) => {
      head = headOf(row);
      links = link(head, group.events, group.at);
      const last = links.at(-1) as AuditEvent;
      this.isAlone = Buffer.compare(head.hash, this.end.hash) === 0;
      this.surprises++;
      this.end = last;
      return this.statementFor(head, last, links, group);
    });
    if (answer?.moved) return { recorded: links };
    if (!answer?.failed) throw new Error('the audit chain went on under its lock');
    // Else another group has set it right.
    if (this.end === links.at(-1)) this.end = head;
    this.surprises++;
    return failedOf(group, answer.failed);
  }

  private statementFor(
    before: Head,
    last: AuditEvent,
    links: readonly AuditEvent[],
    { preconditions }: Group,
  ) {
    if (preconditions.length === 0) return { statement: APPEND, values: valuesOf(before, last, links) };
    this.appendIf ??= appendStatement('audit_append_if', failedPreconditions(this.preconditions.standing));
    const expected: Column[] = [
      { type: 'text', values: preconditions.map(({ subject }) => subject[0]) },
      { type: 'text', values: preconditions.map(({ subject }) => subject[1]) },
      { type: 'text', values: preconditions.map(({ standing }) => standing) },
    ];
    return { statement: this.appendIf, values: valuesOf(before, last, links, expected) };
  }
}

function failedOf({ preconditions }: Group, numbers: readonly number[]): Appended {
  return { failed: new Set(numbers.map((n) => preconditions[n - 1] as Precondition)) };
}

async function lockedHead(tx: Transaction): Promise<Head> {
  const [head] = await tx.$queryRaw<
    Head[]
  >`SELECT "seq", "hash", "at" FROM "audit_head" WHERE "id" = 1 FOR UPDATE`;
  if (!head) throw new Error('the head of the audit chain is missing');
  return head;
}

async function add(tx: Transaction, links: readonly AuditEvent[]): Promise<void> {
  const last = links.at(-1);
  if (!last) return;
  await tx.auditEvent.createMany({ data: links.map(toRow) });
  await tx.$executeRaw`UPDATE "audit_head" SET "seq" = ${last.seq}, "hash" = ${last.hash}, "at" = ${last.at} WHERE "id" = 1`;
}

function headOf(row: HeadRow | undefined): Head {
  if (!row) throw new Error('the head of the audit chain is missing');
  return { seq: BigInt(row.seq), hash: row.hash, at: row.at };
}

function valuesOf(
  before: Head,
  last: Head,
  links: readonly AuditEvent[],
  expected: readonly Column[] = [],
): unknown[] {
  const columns = COLUMNS.map(([, type, value]) => ({ type, values: links.map(value) }));
  return [
    last.seq.toString(),
    last.hash,
    before.seq.toString(),
    before.hash,
    last.at,
    links.length,
    ...binaryArrays([...columns, ...expected]),
  ];
}

function toRow(event: AuditEvent): Prisma.AuditEventCreateManyInput {
  const { actor, scopes, salt, personalDigest, prevHash, hash, detail, ...rest } = event;
  return {
    ...rest,
    actorType: actor.type,
    actorId: actor.id,
    scopes: scopes?.join(' ') ?? null,
    arguments: (event.arguments as Prisma.InputJsonObject | undefined) ?? Prisma.DbNull,
    detail: detail as Prisma.InputJsonObject,
    salt: salt ? Uint8Array.from(salt) : null,
    personalDigest: Uint8Array.from(personalDigest),
    prevHash: Uint8Array.from(prevHash),
    hash: Uint8Array.from(hash),
  };
}
