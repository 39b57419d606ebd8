import { Prisma } from '../../platform/index.js';
import type { AuditFilter, AuditIntent, LogPosition, AuditPosition } from './audit-filter.js';

/**
 * How many events one statement looks at, at most. It bounds the time of a page for every filter, however large the log
 * is; the search goes on where it stopped.
 */
export const LOOKED_AT = 10_000;

const COLUMNS = {
  taskId: 'task_id',
  connectionId: 'connection_id',
  userId: 'user_id',
  outcome: 'outcome',
  operatorId: 'actor_id',
  agentId: 'agent_id',
  action: 'action',
  type: 'type',
  target: 'target',
} as const satisfies Partial<Record<keyof AuditFilter, string>>;
type Name = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as Name[];

interface Lead {
  readonly name: Name;
  /** The predicate of its partial index. */
  readonly holds: string;
}

/**
 * Columns with an index over (column, at, seq), the most selective first: the first one that is filtered on leads the
 * search.
 */
const LEADS: readonly Lead[] = [
  { name: 'connectionId', holds: 'connection_id IS NOT NULL' },
  { name: 'userId', holds: 'user_id IS NOT NULL' },
  { name: 'operatorId', holds: `actor_type = 'operator'` },
  { name: 'outcome', holds: `outcome IN ('failed', 'denied')` },
  { name: 'agentId', holds: 'agent_id IS NOT NULL' },
  { name: 'action', holds: 'action IS NOT NULL' },
  { name: 'type', holds: 'true' },
];
/** Most events have another outcome, which has no index. */
const RARE_OUTCOMES = ['failed', 'denied'];

const BEFORE_ALL = -1n;

/** A search as SQL. */
export interface AuditSearchSql {
  /** At most LOOKED_AT rows, in the order of one index. */
  readonly candidates: Prisma.Sql;
  /** Conditions left to check of each candidate. */
  readonly rest: Prisma.Sql;
  /** Nothing is left: every candidate matches. */
  readonly exact: boolean;
}

/** A search from a position on. */
export function auditSearch(filter: AuditFilter, position: AuditPosition): AuditSearchSql {
  const wanted = NAMES.filter((name) => filter[name] !== undefined);
  const lead = filter.taskId === undefined ? LEADS.find(({ name }) => leads(name, filter)) : undefined;
  const bounds = boundsOf(filter, position);
  const rest = wanted
    .filter((name) => name !== (lead?.name ?? 'taskId'))
    .map((name) => conditionOf(name, filter));
  return {
    candidates:
      filter.taskId === undefined
        ? Prisma.sql`SELECT * FROM audit_events WHERE ${stretch(lead, filter, bounds)} LIMIT ${LOOKED_AT}`
        : ofTask(filter.taskId, bounds),
    rest: allOf(rest),
    exact: rest.length === 0,
  };
}

function conditionOf(name: Name, filter: AuditFilter): Prisma.Sql {
  if (name === 'target') return ofAccount(filter);
  const isEqual = Prisma.sql`${Prisma.raw(COLUMNS[name])} = ${filter[name]}`;
  // A user may have the id that an operator has.
  return name === 'operatorId' ? Prisma.sql`actor_type = 'operator' AND ${isEqual}` : isEqual;
}

function ofAccount({ target, orProviders = [], orConnections = [] }: AuditFilter): Prisma.Sql {
  return Prisma.sql`(target = ${target} OR target IS NULL AND (
    split_part(action, '.', 1) = ANY(${[...orProviders]}::text[])
    OR connection_id = ANY(${[...orConnections]}::text[])))`;
}

/** Which of these intents of a user have ended, by id: along the user's index, each as far as its end or LOOKED_AT. */
export function endedOf(userId: string, intents: readonly AuditIntent[]): Prisma.Sql {
  const asked = intents.map(({ id, position: { at, seq }, ends, about = null }) => {
    return { id, at: at.toISOString(), seq: seq.toString(), ends, about };
  });
  return Prisma.sql`
    SELECT intent.id FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      AS intent(id text, at timestamptz, seq bigint, ends text[], about text)
    WHERE EXISTS (
      SELECT 1 FROM (
        SELECT outcome, type, connection_id, detail FROM audit_events
        WHERE user_id IS NOT NULL AND at >= intent.at
          AND (user_id, at, seq) > (${userId}, intent.at, intent.seq)
          AND (user_id, at, seq) < (${userId}, 'infinity'::timestamptz, 0)
        ORDER BY user_id, at, seq LIMIT ${LOOKED_AT}) AS later
      WHERE outcome <> 'intended' AND (detail->>'intent' = intent.id OR type = ANY(intent.ends)
        AND intent.about = coalesce(detail->>'authorizationId', detail->>'revocationId', connection_id)))`;
}

/** One more than `limit`, to see whether there are more. */
export function stepOf({ candidates, rest }: AuditSearchSql, limit: number): Prisma.Sql {
  return Prisma.sql`SELECT at, seq FROM (${candidates}) AS candidate WHERE ${rest} LIMIT ${limit + 1}`;
}

function leads(name: Name, filter: AuditFilter): boolean {
  const value = filter[name];
  return value !== undefined && (name !== 'outcome' || RARE_OUTCOMES.includes(value));
}

interface Bounds {
  /** (at, seq) above which, and below which, events are still to be looked at. */
  readonly above: Prisma.Sql;
  readonly below: Prisma.Sql;
  /** The same for the time alone, which lets PostgreSQL skip partitions; and the last seq. */
  readonly within: Prisma.Sql;
  readonly way: Prisma.Sql;
}

function boundsOf({ from, to }: AuditFilter, { direction, after, through }: AuditPosition): Bounds {
  const start = from && { at: from, seq: BEFORE_ALL };
  const stop = to && { at: to, seq: BEFORE_ALL };
  const newestFirst = direction === 'newest_first';
  const above = newestFirst ? start : laterOf(start, after);
  const below = newestFirst ? earlierOf(stop, after) : stop;
  return {
    above: above ? position(above) : Prisma.sql`'-infinity'::timestamptz, ${BEFORE_ALL}::bigint`,
    below: below ? position(below) : Prisma.sql`'infinity'::timestamptz, ${BEFORE_ALL}::bigint`,
    within: allOf([
      ...(above ? [Prisma.sql`at >= ${above.at}::timestamptz`] : []),
      ...(below ? [Prisma.sql`at <= ${below.at}::timestamptz`] : []),
      ...(through === undefined ? [] : [Prisma.sql`seq <= ${through}::bigint`]),
    ]),
    way: Prisma.raw(newestFirst ? 'DESC' : 'ASC'),
  };
}

/**
 * A stretch of the log in order, of one user, agent, … Bounds and order are then of all three columns, which only the
 * index over them has in order: wrong statistics cannot make PostgreSQL scan the whole log instead.
 */
function stretch(
  lead: Lead | undefined,
  filter: AuditFilter,
  { above, below, within, way }: Bounds,
): Prisma.Sql {
  if (!lead)
    return Prisma.sql`(at, seq) > (${above}) AND (at, seq) < (${below}) AND ${within} ORDER BY at ${way}, seq ${way}`;
  const column = Prisma.raw(COLUMNS[lead.name]);
  const value = filter[lead.name];
  return Prisma.sql`(${column}, at, seq) > (${value}, ${above}) AND (${column}, at, seq) < (${value}, ${below})
    AND ${within} AND ${Prisma.raw(lead.holds)} ORDER BY ${column} ${way}, at ${way}, seq ${way}`;
}

/** A task has few events: all of them are fetched, then put in order. */
function ofTask(taskId: string, { above, below, within, way }: Bounds): Prisma.Sql {
  return Prisma.sql`SELECT * FROM (SELECT * FROM audit_events WHERE task_id = ${taskId} LIMIT ${LOOKED_AT}) AS of_task
    WHERE (at, seq) > (${above}) AND (at, seq) < (${below}) AND ${within} ORDER BY at ${way}, seq ${way}`;
}

function position({ at, seq }: LogPosition): Prisma.Sql {
  return Prisma.sql`${at}::timestamptz, ${seq}::bigint`;
}

function allOf(conditions: readonly Prisma.Sql[]): Prisma.Sql {
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join([...conditions], ' AND ');
}

function earlierOf(one: LogPosition | undefined, other: LogPosition | undefined): LogPosition | undefined {
  if (!one || !other) return one ?? other;
  return isBefore(one, other) ? one : other;
}

function laterOf(one: LogPosition | undefined, other: LogPosition | undefined): LogPosition | undefined {
  if (!one || !other) return one ?? other;
  return isBefore(one, other) ? other : one;
}

function isBefore(one: LogPosition, other: LogPosition): boolean {
  const apart = one.at.getTime() - other.at.getTime();
  return apart === 0 ? one.seq < other.seq : apart < 0;
}
