import { number, numbers, type Benchmark } from './kit/benchmark.js';
import { callFigures } from './kit/call-figures.js';
import { startCallStage } from './kit/call-stage.js';
import { closing } from './kit/closing.js';

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

export const action: Benchmark = {
  name: 'action',
  measures:
    'runs of google-calendar.events.list: input, policy and scopes checked, intent and outcome committed',
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
        ours: ({ userId }, key) => [
          '/v1/actions/google-calendar.events.list',
          `Bearer ${key}`,
          { body: JSON.stringify({ userId, input: { limit: 4 } }) },
        ],
      });
      say('measuring');
      return callFigures(stage, {
        name: 'POST /v1/actions/google-calendar.events.list',
        connections: numbers(options['connections']),
        rounds: number(options['rounds']),
        ms: number(options['seconds']) * 1000,
      });
    }),
};
