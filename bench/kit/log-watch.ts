import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const EVERY_MS = 25;

/** Looks at the audit log of a database while something else is measured. */
export interface LogWatch {
  /** Ends it; the figures are for notes of a figure. */
  stop(): Promise<LogWatchFigures>;
}

export interface LogWatchFigures {
  /** Age of the oldest event that no signed head held, milliseconds: no event took longer from its commit to there. */
  readonly 'commit to signed p99 ms': number;
  /** Sessions that waited for a lock of a row or of a transaction, in the worst sample. */
  readonly 'most sessions waiting for a row': number;
}

/** An event is signed when the note of the tree has its leaf. */
const LOOK = {
  name: 'look',
  text: `
    WITH head AS (SELECT first_seq + coalesce(split_part(note, E'\\n', 2)::bigint, 0) AS next FROM audit_tree),
    oldest AS (
      SELECT min(at) AS at FROM (
        SELECT min(at) AS at FROM audit_inbox
        UNION ALL SELECT min(at) FROM audit_events WHERE seq >= (SELECT next FROM head)) o)
    SELECT coalesce(extract(epoch FROM clock_timestamp() - at) * 1000, 0)::float8 AS age, (
      SELECT count(*)::int FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND wait_event IN ('tuple', 'transactionid')) AS waiting
    FROM oldest`,
};

export async function watchLog(databaseUrl: string): Promise<LogWatch> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const ages: number[] = [];
  let mostWaiting = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const [row] = (await client.query<{ age: number; waiting: number }>(LOOK)).rows;
      ages.push(row?.age ?? 0);
      mostWaiting = Math.max(mostWaiting, row?.waiting ?? 0);
      await sleep(EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await watching.finally(() => client.end());
      ages.sort((a, b) => a - b);
      return {
        'commit to signed p99 ms': Math.round(ages[Math.ceil(ages.length * 0.99) - 1] ?? 0),
        'most sessions waiting for a row': mostWaiting,
      };
    },
  };
}
