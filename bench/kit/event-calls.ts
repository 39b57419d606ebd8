import { number, numbers, type Benchmark } from './benchmark.js';
import { callFigures } from './call-figures.js';
import { startCallStage } from './call-stage.js';
import { closing } from './closing.js';
import type { Target } from './load.js';
import type { SeededConnection } from './seed.js';

/** About 1 KB of events. */
const EVENTS = JSON.stringify({
  timeZone: 'Europe/Berlin',
  items: Array.from({ length: 4 }, (_, n) => ({
    id: `event${n}`,
    status: 'confirmed',
    summary: `Tea with Grace, part ${n}`,
    start: { dateTime: '2027-03-01T16:00:00+01:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2027-03-01T17:00:00+01:00', timeZone: 'Europe/Berlin' },
    organizer: { email: 'ada@example.com', self: true },
  })),
});

interface EventCalls {
  readonly name: string;
  readonly measures: string;
  /** The request as the figures call it. */
  readonly title: string;
  readonly ours: (connection: SeededConnection, key: string) => Target;
}

/** Lists a calendar's events by one of our ways, against a floor that calls the same upstream. */
export function eventCalls({ name, measures, title, ours }: EventCalls): Benchmark {
  return {
    name,
    measures,
    floor:
      'bare Node http server, one indexed SELECT through pg, one AES-256-GCM open and one undici request passed through',
    options: {
      stored: { means: 'stored connections', short: '2000', full: '10000' },
      connections: { means: 'connections of the load generator', short: '1,16', full: '1,16' },
      rounds: { means: 'rounds of floor, upstream itself and us', short: '2', full: '5' },
      seconds: { means: 'seconds a measurement', short: '1.5', full: '3' },
    },
    run: (options, say) =>
      closing(async (started) => {
        say('storing connections');
        const stage = await startCallStage(started, {
          provider: 'google-calendar',
          stored: number(options['stored']),
          answer: EVENTS,
          ours,
        });
        say('measuring');
        return callFigures(stage, {
          name: title,
          connections: numbers(options['connections']),
          rounds: number(options['rounds']),
          ms: number(options['seconds']) * 1000,
        });
      }),
  };
}
