import { createConnectedWorld } from '../../authorizations/testing/index.js';
import { GatewayModule } from '../../gateway/index.js';
import type { Caller, TwinWorld } from '../../platform/testing/index.js';
import { TasksModule } from '../tasks.module.js';

export const CALENDAR = {
  write: 'https://www.googleapis.com/auth/calendar.events',
  read: 'https://www.googleapis.com/auth/calendar.events.readonly',
  path: '/google/calendar/v3',
};

/** Everything up to this room; with `role` api nothing works on the queue but the spec itself. */
export function createTaskWorld(
  role: 'api' | 'all',
  processes = 1,
  env: Readonly<Record<string, string>> = {},
): Promise<TwinWorld> {
  return createConnectedWorld(processes, { VALETKEY_ROLE: role, ...env }, [TasksModule, GatewayModule]);
}

export function newEvent(userId: string, summary = 'Tea') {
  const at = (hour: number) => ({ dateTime: `2027-03-01T${hour}:00:00Z` });
  return { userId, action: 'google-calendar.events.create', input: { summary, start: at(15), end: at(16) } };
}

/** A time for `runAt`, by the machine's clock. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

export async function queued(agent: Caller, request: object, key?: string): Promise<string> {
  const answer = await agent.post('/v1/tasks', request, key === undefined ? {} : { 'idempotency-key': key });
  if (answer.status !== 202) throw new Error(`expected 202, got ${answer.status}: ${answer.text}`);
  return answer.body.id;
}

/** Events of this name at the provider: what really happened. */
export function eventsNamed({ twin }: TwinWorld, summary: string): number {
  return twin.control.state().google.events.filter(({ event }) => event.summary === summary).length;
}

/** The statuses of a task's story. */
export async function storyOf({ database }: TwinWorld, taskId: string): Promise<string[]> {
  const rows = await database.query<{ status: string }>(
    'SELECT status FROM task_events WHERE task_id = $1 ORDER BY seq',
    [taskId],
  );
  return rows.map(({ status }) => status);
}
