import { expect, it } from '@jest/globals';
import { SingleFlight } from './single-flight.js';

/** Work that ends when it is told to, and how often it was begun. */
function heldWork() {
  const ends: PromiseWithResolvers<string>[] = [];
  const work = () => {
    const next = Promise.withResolvers<string>();
    ends.push(next);
    return next.promise;
  };
  return { work, ends };
}

it('does once what several ask for at the same time, each key by itself', async () => {
  const flight = new SingleFlight<string>();
  const { work, ends } = heldWork();
  const all = [flight.run('a', work), flight.run('a', work), flight.run('b', work)];
  expect(ends).toHaveLength(2);
  ends.forEach(({ resolve }, index) => resolve(`answer ${index}`));
  expect(await Promise.all(all)).toEqual(['answer 0', 'answer 0', 'answer 1']);
});

it('begins anew after the end, also after a failure', async () => {
  const flight = new SingleFlight<string>();
  const { work, ends } = heldWork();
  const failing = flight.run('a', work);
  ends[0]?.reject(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  const again = flight.run('a', work);
  ends[1]?.resolve('there');
  expect(await again).toBe('there');
});

it('says when what was under way has ended, however it did', async () => {
  const flight = new SingleFlight<string>();
  const { work, ends } = heldWork();
  const failing = flight.run('a', work).catch(() => 'failed');
  let isSettled = false;
  const settled = flight.settled().then(() => (isSettled = true));
  await Promise.resolve();
  expect(isSettled).toBe(false);
  ends[0]?.reject(new Error('away'));
  await settled;
  expect(await failing).toBe('failed');
});
