import type { Client } from './client.js';
import { until } from './until.js';

const ENDED = ['succeeded', 'failed', 'canceled', 'outcome_unknown'];

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a task as the API answers it, judged by the specs
type Task = any;

/** Waits until a task has one of these statuses; by default, until it has ended. */
export async function untilTask(
  client: Client,
  id: string,
  statuses: readonly string[] = ENDED,
  withinMs = 30_000,
): Promise<Task> {
  let last = '';
  try {
    return await until(
      `task ${id} ${statuses.join(' or ')}`,
      async () => {
        const { body, text } = await client.get(`/v1/tasks/${id}`);
        last = text;
        return statuses.includes(body.status) && body;
      },
      { withinMs },
    );
  } catch (error) {
    throw new Error(`${(error as Error).message}; last seen: ${last}`, { cause: error });
  }
}

/** A time for a task that is not to run while a spec does. */
export function inAMonth(): string {
  return new Date(Date.now() + 30 * 86_400_000).toISOString();
}
