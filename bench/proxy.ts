import { number, numbers, type Benchmark } from './kit/benchmark.js';
import { callFigures } from './kit/call-figures.js';
import { startCallStage } from './kit/call-stage.js';
import { closing } from './kit/closing.js';

export const proxy: Benchmark = {
  name: 'proxy',
  measures: 'proxied GETs: policy-checked, intent committed before a byte leaves, 1 KB answer passed through',
  floor:
    'bare Node http server, one indexed SELECT through pg, one AES-256-GCM open and one undici request passed through',
  options: {
    stored: { means: 'stored connections', short: '2000', full: '10000' },
    connections: { means: 'connections of the load generator', short: '1,16', full: '1,16' },
    rounds: { means: 'rounds of floor, upstream itself and us', short: '3', full: '5' },
    seconds: { means: 'seconds a measurement', short: '1.5', full: '3' },
  },
  run: (options, say) =>
    closing(async (started) => {
      say('storing connections');
      const stage = await startCallStage(started, {
        provider: 'google-calendar',
        stored: number(options['stored']),
        ours: ({ userId }, key) => [
          '/v1/proxy/google-calendar/calendars/primary',
          `Bearer ${key}`,
          { headers: { 'valetkey-user': userId } },
        ],
      });
      say('measuring');
      return callFigures(stage, {
        name: 'GET /v1/proxy/{provider}/…',
        connections: numbers(options['connections']),
        rounds: number(options['rounds']),
        ms: number(options['seconds']) * 1000,
        atLeast: 0.7,
        addedMs: 1.5,
      });
    }),
};
