import { setTimeout as sleep } from 'node:timers/promises';
import { query } from '../../../test/kit/postgres.js';
import { together } from '../together.js';
import { USERS, type ChaosWorld } from './world.js';

const SENT_AT_ONCE = 8;
const AGAIN_MS = 100;
/** Mail has the narrowest of the limits (150 a minute for one account), folders the widest. */
const MAIL_EACH = 50;
const EVENT_EACH = 4;

/** The name of the effect of task number `n`, which no other has as a part of it. */
const nameOf = (n: number) => `chaos-${n}.`;

function taskOf(n: number): object {
  const userId = Object.keys(USERS)[n % 2];
  if (n % MAIL_EACH === 0)
    return {
      ...{ userId, action: 'gmail.messages.send' },
      input: { to: ['bob@example.com'], subject: nameOf(n), text: 'Hello' },
    };
  if (n % EVENT_EACH === 0)
    return {
      ...{ userId, action: 'google-calendar.events.create' },
      input: { summary: nameOf(n), start: { date: '2027-07-01' }, end: { date: '2027-07-02' } },
    };
  return { userId, action: 'google-drive.folders.create', input: { name: nameOf(n) } };
}

/** Creates tasks over whatever process answers, each under its key until its id is known. Gives the ids. */
export function createTasks(world: ChaosWorld, count: number): Promise<string[]> {
  return together(Array.from({ length: count }), SENT_AT_ONCE, (_, n) => createTask(world, n));
}

async function createTask({ agents }: ChaosWorld, n: number): Promise<string> {
  for (let attempt = n; ; attempt++) {
    const agent = agents[attempt % agents.length];
    const answer = await agent
      ?.post('/v1/tasks', taskOf(n), { 'idempotency-key': `chaos-${n}` })
      .catch(() => undefined);
    if (answer && answer.status < 300) return answer.body.id as string;
    if (answer && answer.status < 500 && answer.status !== 429)
      throw new Error(`task ${n} was refused: ${answer.status} ${answer.text}`);
    await sleep(AGAIN_MS);
  }
}

const OPEN = `('queued', 'running', 'scheduled', 'waiting_for_authorization')`;

/** Waits until no task is open. Gives how many are when the time is up. */
export async function untilEnded({ databaseUrl }: ChaosWorld, patienceMs: number): Promise<number> {
  for (const end = Date.now() + patienceMs; ; await sleep(250)) {
    const rows = await query<{ n: number }>(
      databaseUrl,
      `SELECT count(*)::int AS n FROM tasks WHERE status IN ${OPEN}`,
    ).catch(() => undefined);
    const open = rows?.[0]?.n;
    if (open === 0) return 0;
    if (Date.now() > end) return open ?? -1;
  }
}

/** The outcomes of the tasks, by their word and by what the provider has. All but the first three should be zero. */
export interface Outcomes {
  readonly tasks: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Tasks whose id was given out and that are not there. */
  readonly lost: number;
  /** Tasks that say that nobody can know. */
  readonly unknown: number;
  /** Effects beyond the first of a task. */
  readonly doubled: number;
  /** Tasks that succeeded, and whose effect is not there. */
  readonly missing: number;
  /** Tasks that say that nothing happened, and whose effect is there. */
  readonly denied: number;
  readonly firstFailure?: string;
}

export async function outcomesOf(world: ChaosWorld, ids: readonly string[]): Promise<Outcomes> {
  const rows = await query<{ id: string; n: number; status: string; error: unknown }>(
    world.databaseUrl,
    `SELECT id, substr(idempotency_key, 7)::int AS n, status, error FROM tasks`,
  );
  const effects = await effectsAtTwin(world);
  const there = new Set(rows.map(({ id }) => id));
  const count = (holds: (status: string, found: number) => boolean) =>
    rows.filter(({ n, status }) => holds(status, effects.get(n) ?? 0)).length;
  const failed = rows.find(({ status }) => status !== 'succeeded');
  return {
    tasks: rows.length,
    succeeded: count((status) => status === 'succeeded'),
    failed: count((status) => status === 'failed'),
    lost: ids.filter((id) => !there.has(id)).length,
    unknown: count((status) => status === 'outcome_unknown'),
    doubled: [...effects.values()].reduce((sum, found) => sum + found - 1, 0),
    missing: count((status, found) => status === 'succeeded' && found === 0),
    denied: count((status, found) => status === 'failed' && found > 0),
    ...(failed ? { firstFailure: `${failed.id} ${failed.status}: ${JSON.stringify(failed.error)}` } : {}),
  };
}

/** How often the provider has the effect of each task. */
async function effectsAtTwin({ twin }: ChaosWorld): Promise<Map<number, number>> {
  const { google } = await twin.control('GET', '/state');
  const texts = [
    ...google.events.map(({ event }: { event: { summary?: string } }) => event.summary),
    ...google.files.map(({ name }: { name: string }) => name),
    ...google.mailsSent.map(({ text }: { text: string }) => /^Subject: (.*)$/m.exec(text)?.[1]),
  ];
  const effects = new Map<number, number>();
  for (const text of texts) {
    const n = /^chaos-(\d+)\.$/.exec(text?.trim() ?? '')?.[1];
    if (n !== undefined) effects.set(Number(n), (effects.get(Number(n)) ?? 0) + 1);
  }
  return effects;
}
