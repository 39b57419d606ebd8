import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Caller } from '../platform/index.js';
import { RememberedCallers } from './remembered-callers.js';

const caller: Caller = {
  type: 'agent',
  id: 'agt_1',
  name: 'spec',
  keyId: 'key_1',
  rawTokens: false,
  userTokens: 'any',
};
let now: number;
let looks: number;
let remembered: RememberedCallers;
beforeEach(() => {
  now = 5_000;
  looks = 0;
  remembered = new RememberedCallers(1_000, { now: () => now });
});
const find = (isGood = true) =>
  remembered.findCaller('hash', async () => {
    looks++;
    return isGood ? caller : undefined;
  });

describe('remembered callers', () => {
  it('are looked up once in their life', async () => {
    expect(await find()).toBe(caller);
    now += 999;
    expect(await find(false)).toBe(caller);
    expect(looks).toBe(1);
    now += 1;
    expect(await find(false)).toBeUndefined();
    expect(looks).toBe(2);
  });

  it('live from the moment before they were looked up, however long that took', async () => {
    await remembered.findCaller('hash', async () => {
      now += 1_000;
      return caller;
    });
    expect(await find(false)).toBeUndefined();
  });

  it('are forgotten when something changes here', async () => {
    await find();
    remembered.forget();
    expect(await find(false)).toBeUndefined();
  });

  it('are not kept from a look that began before the change', async () => {
    let answer: (found: Caller) => void = () => undefined;
    const slow = remembered.findCaller('hash', () => new Promise((resolve) => (answer = resolve)));
    remembered.forget();
    answer(caller);
    expect(await slow).toBe(caller);
    expect(await find(false)).toBeUndefined();
  });

  it('do not include keys that are not good: one that is made now works now', async () => {
    expect(await find(false)).toBeUndefined();
    expect(await find()).toBe(caller);
  });
});
