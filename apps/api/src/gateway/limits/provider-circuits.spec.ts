import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { ProviderError } from '@valetkey/providers';
import { Log } from '../../platform/index.js';
import { ProviderCircuits } from './provider-circuits.js';

const HOST = new URL('https://api.acme.example/v2/notes');
const silent = { write: () => undefined };

let circuits: ProviderCircuits;
let sent: number;
beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  circuits = new ProviderCircuits(new Log('silent', silent));
  sent = 0;
});
afterEach(() => void jest.useRealTimers());

/** Calls once; gives the status, or the reason of a refusal. */
async function call(outcome: number | Error, url = HOST): Promise<number | string | undefined> {
  try {
    const { statusCode } = await circuits.run({ id: 'acme' }, url, async () => {
      sent++;
      if (typeof outcome !== 'number') throw outcome;
      return { statusCode: outcome };
    });
    return statusCode;
  } catch (error) {
    return error instanceof ProviderError ? error.reason : (error as Error).name;
  }
}
const repeat = async (times: number, outcome: number | Error) => {
  for (let n = 0; n < times; n++) await call(outcome);
};
const state = () => circuits.list().map((circuit) => circuit.state);
const timeout = Object.assign(new Error(), { name: 'TimeoutError' });

it.each([
  ['5xx', 503],
  ['time-outs', timeout],
])('stops calling a host after ten %s', async (_, outcome) => {
  await repeat(10, outcome);
  expect(state()).toEqual(['open']);
  expect(await call(200)).toBe('circuit_open');
  expect(sent).toBe(10);
});

it('tells when it is worth to try again, and that nothing was sent', async () => {
  await repeat(10, 500);
  const refusal = circuits.run({ id: 'acme' }, HOST, async () => ({ statusCode: 200 }));
  await expect(refusal).rejects.toMatchObject({
    code: 'unavailable',
    retryable: true,
    retryAfterMs: 5_000,
    mayHaveHappened: false,
  });
});

it.each([
  ['refusals, rate limits included', 429],
  ['callers who give up', Object.assign(new Error(), { name: 'AbortError' })],
  ['requests that our own limits hold back', new ProviderError({ provider: 'acme', code: 'rate_limited' })],
])('is not opened by %s', async (_, outcome) => {
  await repeat(30, outcome);
  expect(state()).toEqual(['closed']);
});

it('is not opened by one call that always fails among others that work', async () => {
  for (let n = 0; n < 30; n++) await Promise.all([call(200), call(200), call(502)]);
  expect(state()).toEqual(['closed']);
});

it('lets one call through to try, closes when it works, and waits longer when it does not', async () => {
  await repeat(10, 503);
  jest.setSystemTime(5_001);
  expect(await call(503)).toBe(503);
  jest.setSystemTime(10_050);
  expect(await call(200)).toBe('circuit_open');
  jest.setSystemTime(15_100);
  let answer: (status: { statusCode: number }) => void = () => undefined;
  const probe = circuits.run(
    { id: 'acme' },
    HOST,
    () => new Promise<{ statusCode: number }>((resolve) => (answer = resolve)),
  );
  expect(state()).toEqual(['half_open']);
  expect(await call(200)).toBe('circuit_open');
  answer({ statusCode: 200 });
  await probe;
  expect([state(), await call(200)]).toEqual([['closed'], 200]);
});

it('keeps hosts apart', async () => {
  await repeat(10, 503);
  expect(await call(200, new URL('https://upload.acme.example/'))).toBe(200);
  expect(circuits.list()).toMatchObject([
    { provider: 'acme', host: 'api.acme.example', state: 'open' },
    { provider: 'acme', host: 'upload.acme.example', state: 'closed' },
  ]);
});
