import { Inject, Injectable } from '@nestjs/common';
import { Audit, type NewAuditEvent } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Clock, Grouped, Sql } from '../platform/index.js';
import { OPEN, type Task } from './task.js';
import { changedColumns, type TaskMove } from './task-move.js';
import { TASK_COLUMNS, toTask, type TaskRow } from './task-row.js';

export interface NewTask extends Omit<
  Task,
  'attempts' | 'createdAt' | 'sentAt' | 'outcomeDecision' | 'startedAt' | 'finishedAt' | 'output' | 'error'
> {
  readonly idempotencyKey?: string | undefined;
  readonly requestHash: Uint8Array;
}

type Creation = readonly [task: NewTask, event: NewAuditEvent];
type AnsweredRow = TaskRow & { readonly n: number };

/** Statements of tasks under way at one time: one is put together while the other runs. */
const AT_ONCE = 2;
const LINE = 'tasks';
/** Of its own: those who wait for a caller's lock keep no other task waiting. */
const ROOM_LINE = 'tasks_room';

const CREATE = {
  name: 'tasks_create',
  text: `
    WITH asked AS (SELECT * FROM json_to_recordset($1::json) AS a (n int, task json, message text, event json)),
    wanted AS (
      SELECT a.n, a.message, a.event, w.*,
        row_number() OVER (PARTITION BY w.caller_type, w.caller_id ORDER BY a.n) AS place
      FROM asked a CROSS JOIN LATERAL json_populate_record(null::tasks, a.task) w),
    held AS (
      SELECT c.*, (
        SELECT count(*) FROM tasks o
        WHERE o.caller_type = c.caller_type AND o.caller_id = c.caller_id AND o.status = ANY ($2)) AS open
      FROM (SELECT DISTINCT caller_type, caller_id FROM wanted) c),
    created AS (
      INSERT INTO tasks (
        id, user_id, caller_type, caller_id, agent_id, key_id, action, connection_id, input, status, effect_id,
        idempotency_key, request_hash, run_at, deadline_at, priority,
        schedule_id)
      SELECT
        id, user_id, caller_type, caller_id, agent_id, key_id, action, connection_id, input, status, effect_id,
        idempotency_key, request_hash, run_at, deadline_at, priority,
        schedule_id
      FROM wanted JOIN held USING (caller_type, caller_id) WHERE open + place <= $3
      ON CONFLICT (caller_type, caller_id, idempotency_key) DO NOTHING
      RETURNING *),
    told AS (
      INSERT INTO task_events (task_id, status, message)
      SELECT id, c.status, message FROM created c JOIN wanted USING (id)),
    recorded AS (
      INSERT INTO audit_inbox SELECT e.* FROM created JOIN wanted w USING (id)
      CROSS JOIN LATERAL json_populate_record(null::audit_inbox, w.event) e)
    SELECT w.n, c.* FROM (SELECT ${TASK_COLUMNS} FROM created) c JOIN wanted w USING (id)`,
};

/**
 * A member that the change does not have keeps its value: that is how a record is populated. What begins an attempt
 * after the deadline finds nothing to move, unless something may have been sent before it.
 */
const MOVE = {
  name: 'tasks_move',
  text: `
    WITH asked AS (
      SELECT * FROM json_to_recordset($1::json)
        AS a (
          n int, id text, "from" text[], "restedAt" timestamptz, undecided boolean, change json, message text, event json)),
    moved AS (
      UPDATE tasks t
      SET (
        status, output, error, attempts, key_id, effect_id, approval_id, outcome_decision, started_at, finished_at) = (
        SELECT
          w.status, w.output, w.error, w.attempts + (a.message IS NULL)::int, w.key_id, w.effect_id, w.approval_id,
          w.outcome_decision, w.started_at, w.finished_at
        FROM json_populate_record(t, a.change) w)
      FROM asked a
      WHERE t.id = a.id AND t.status = ANY (a."from")
        AND (a."restedAt" IS NULL OR t.finished_at = a."restedAt")
        AND (a.undecided IS NOT TRUE OR t.outcome_decision IS NULL)
        AND (a.message IS NOT NULL OR t.deadline_at IS NULL OR t.sent_at IS NOT NULL OR t.deadline_at > $4)
        AND ($3::int IS NULL OR $3 > (
        SELECT count(*) FROM tasks o
        WHERE o.caller_type = t.caller_type AND o.caller_id = t.caller_id AND o.status = ANY ($2)))
      RETURNING a.n, a.message, a.event, t.*),
    told AS (
      INSERT INTO task_events (task_id, status, message)
      SELECT id, status, coalesce(
        message, CASE WHEN attempts = 1 THEN 'Running.' ELSE 'Running, attempt ' || attempts || '.' END)
      FROM moved),
    recorded AS (
      INSERT INTO audit_inbox SELECT e.* FROM moved m
      CROSS JOIN LATERAL json_populate_record(null::audit_inbox, m.event) e WHERE m.event IS NOT NULL)
    SELECT n, ${TASK_COLUMNS} FROM moved`,
};

const NOTE_SENT = {
  name: 'tasks_note_sent',
  line: LINE,
  text: `
    UPDATE tasks t SET sent_at = a.at
    FROM json_to_recordset($1::json) AS a (id text, at timestamptz) WHERE t.id = a.id`,
};

/** Those who ask for the same callers wait for one another until they have committed. */
const LOCK_CALLERS = {
  name: 'tasks_lock_callers',
  text: `
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0))::text
    FROM unnest($1::text[]) WITH ORDINALITY AS a (name, n) ORDER BY n`,
};

/**
 * Steps of tasks: each is one statement that moves the row, tells its story and appends the event of the log, all or
 * nothing. Simultaneous steps share one.
 */
@Injectable()
export class TaskMovesRepository {
  private readonly creations: Grouped<Creation, Task | undefined>;
  private readonly moves: Grouped<TaskMove, Task | undefined>;
  private readonly sent: Grouped<{ readonly id: string; readonly at: Date | null }, undefined>;

  constructor(
    private readonly sql: Sql,
    private readonly audit: Audit,
    private readonly clock: Clock,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {
    this.creations = new Grouped((asks) => this.createAll(asks), 1);
    this.moves = new Grouped((asks) => this.moveAll(asks), AT_ONCE);
    this.sent = new Grouped((asks) => this.noteAllSent(asks), AT_ONCE);
  }

  /**
   * @returns `undefined` when this caller has used the idempotency key before, or has as many open tasks as are allowed
   * @throws Error caused by 503 `audit_unavailable`
   */
  create(task: NewTask, event: NewAuditEvent): Promise<Task | undefined> {
    return this.creations.ask([task, event]);
  }

  /**
   * @returns the task as it is now, or `undefined` when its status was none of those
   * @throws Error caused by 503 `audit_unavailable`, when the move has an event
   */
  move(move: TaskMove): Promise<Task | undefined> {
    return this.moves.ask(move);
  }

  /** Opens an ended task again. @returns as `move`; `undefined` also when its caller has as many open tasks as are allowed */
  async reopen(caller: Pick<Task, 'callerType' | 'callerId'>, move: TaskMove): Promise<Task | undefined> {
    const rows = await this.audit.recordedBy([move.event], (events) =>
      this.sql.transaction<AnsweredRow>(
        ROOM_LINE,
        [LOCK_CALLERS, [[callerName(caller)]]],
        [MOVE, this.moveValues([move], events, this.settings.maxOpenTasks)],
      ),
    );
    return answersOf([move], rows)[0];
  }

  /** Write-ahead: from now on something may have been sent, or with `null` nothing was. */
  async noteSent(id: string, at: Date | null): Promise<void> {
    await this.sent.ask({ id, at });
  }

  private async createAll(creations: readonly Creation[]): Promise<(Task | undefined)[]> {
    const callers = [...new Set(creations.map(([task]) => callerName(task)))].sort();
    const rows = await this.audit.recordedBy(
      creations.map(([, event]) => event),
      (events) => {
        const asked = creations.map(([task], n) => ({
          n,
          task: rowOf(task),
          message: task.status === 'scheduled' ? 'Scheduled.' : 'Queued.',
          event: events[n],
        }));
        return this.sql.transaction<AnsweredRow>(
          ROOM_LINE,
          [LOCK_CALLERS, [callers]],
          [CREATE, [JSON.stringify(asked), OPEN, this.settings.maxOpenTasks]],
        );
      },
    );
    return answersOf(creations, rows);
  }

  private async moveAll(moves: readonly TaskMove[]): Promise<(Task | undefined)[]> {
    const rows = await this.audit.recordedBy(
      moves.map(({ event }) => event),
      (events) => this.sql.run<AnsweredRow>({ ...MOVE, line: LINE }, this.moveValues(moves, events, null)),
    );
    return answersOf(moves, rows);
  }

  private moveValues(moves: readonly TaskMove[], events: readonly unknown[], mostOpen: number | null) {
    const asked = moves.map(({ id, from, rested, change, message }, n) => ({
      n,
      id,
      from,
      restedAt: rested?.at,
      undecided: rested?.undecided,
      change: changedColumns(change),
      message,
      event: events[n],
    }));
    return [JSON.stringify(asked), OPEN, mostOpen, this.clock.date()];
  }

  private async noteAllSent(asks: readonly object[]): Promise<undefined[]> {
    await this.sql.run(NOTE_SENT, [JSON.stringify(asks)]);
    return asks.map(() => undefined);
  }
}

/** The name under which those who ask for a caller wait for one another. */
export function callerName({ callerType, callerId }: Pick<Task, 'callerType' | 'callerId'>): string {
  return `valetkey tasks of ${callerType} ${callerId}`;
}

function rowOf(task: NewTask) {
  return {
    id: task.id,
    user_id: task.userId,
    caller_type: task.callerType,
    caller_id: task.callerId,
    agent_id: task.callerType === 'agent' ? task.callerId : null,
    key_id: task.keyId,
    action: task.action,
    connection_id: task.connectionId,
    input: task.input,
    status: task.status,
    effect_id: task.effectId,
    idempotency_key: task.idempotencyKey,
    request_hash: `\\x${Buffer.from(task.requestHash).toString('hex')}`,
    run_at: task.runAt,
    deadline_at: task.deadlineAt,
    priority: task.priority,
    schedule_id: task.scheduleId,
  };
}

function answersOf(asks: readonly unknown[], rows: readonly AnsweredRow[]): (Task | undefined)[] {
  const byAsk = new Map(rows.map((row) => [row.n, row]));
  return asks.map((_, n) => {
    const row = byAsk.get(n);
    return row && toTask(row);
  });
}
