import { ProblemError, TimeoutError, ValetkeyError } from '../errors.js';
import { isTemporary, retryAfterMs, retryDelay } from './retries.js';

const problem = (status: number, retryAfter?: number, members = {}) =>
  new ProblemError({ type: '', title: '', status, detail: '', code: 'unavailable', ...members }, retryAfter);
const unreachable = new ValetkeyError('unreachable', 'no answer');

it('is no sooner than the server asks, and gives up where that is long', () => {
  expect(retryDelay(problem(429, 7_000), 1)).toBe(7_000);
  expect(retryDelay(problem(503, 0), 3)).toBe(0);
  expect(retryDelay(problem(429, 30_001), 1)).toBeUndefined();
  expect(retryDelay(problem(409, undefined, { retryable: true, retryAfterMs: 40 }), 1)).toBe(40);
});

it('is later each time where the server says nothing, within eight seconds', () => {
  const delays = [1, 2, 3, 20].map((attempt) => retryDelay(unreachable, attempt, 1));
  expect(delays).toEqual([250, 500, 1_000, 8_000]);
  expect(retryDelay(unreachable, 1, 0)).toBe(125);
});

it('is for what may be better later, and nothing else', () => {
  for (const error of [
    unreachable,
    new TimeoutError(''),
    problem(502),
    problem(503),
    problem(504),
    problem(429),
  ])
    expect(isTemporary(error)).toBe(true);
  const lasting = [400, 401, 403, 404, 409, 422, 500].map((status) => problem(status));
  for (const error of [...lasting, new ValetkeyError('redirected', ''), new Error('a fault'), undefined])
    expect(retryDelay(error, 1)).toBeUndefined();
});

it('reads Retry-After in both its forms, and takes anything else for nothing', () => {
  const now = Date.parse('2026-11-30T09:30:00Z');
  expect(retryAfterMs('120', now)).toBe(120_000);
  expect(retryAfterMs('Mon, 30 Nov 2026 09:30:05 GMT', now)).toBe(5_000);
  expect(retryAfterMs('Mon, 30 Nov 2026 09:29:00 GMT', now)).toBe(0);
  for (const header of [null, '', 'soon', '-1', '9'.repeat(30)])
    expect(retryAfterMs(header, now)).toBeUndefined();
});
