import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { keepAlive } from './keep-alive.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

it('extends a lease as long as the work takes, also after an extension that failed', async () => {
  const failures: unknown[] = [];
  let extended = 0;
  const extend = async () => {
    extended += 1;
    if (extended === 1) throw new Error('the database is away');
  };
  const { promise, resolve } = Promise.withResolvers<string>();
  const done = keepAlive({ extend, onFailure: (error) => failures.push(error) }, () => promise);
  await jest.advanceTimersByTimeAsync(9_500);
  expect([extended, failures]).toEqual([3, [new Error('the database is away')]]);
  resolve('stored');
  expect(await done).toBe('stored');
  await jest.advanceTimersByTimeAsync(9_000);
  expect(extended).toBe(3);
});

it('stops extending when the work fails', async () => {
  let extended = 0;
  const extend = async () => void (extended += 1);
  const failing = keepAlive({ extend, onFailure: () => undefined }, () =>
    Promise.reject(new Error('refused')),
  );
  await expect(failing).rejects.toThrow('refused');
  await jest.advanceTimersByTimeAsync(9_000);
  expect(extended).toBe(0);
});
