import { describe, expect, it } from '@jest/globals';
import { KeyedMutex } from './keyed-mutex.js';

const never = () => new Promise<never>(() => undefined);
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a turn', () => {
  it('comes when the one before is over, also if that failed', async () => {
    const turns = new KeyedMutex(60_000);
    const order: string[] = [];
    const call = (name: string) =>
      turns.take('ada', async () => {
        order.push(`${name} in`);
        await soon();
        order.push(`${name} out`);
        if (name === 'a') throw new Error('failed');
        return name;
      });
    const ended = await Promise.allSettled([call('a'), call('b'), call('c')]);
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  it('is not lost to a call that never ends, such as an upload that somebody lets trickle', async () => {
    const turns = new KeyedMutex(1);
    void turns.take('ada', never);
    expect(await turns.take('ada', () => Promise.resolve('done'))).toBe('done');
  });

  it('waits for nobody else’s calls', async () => {
    const turns = new KeyedMutex(60_000);
    void turns.take('ada', never);
    expect(await turns.take('grace', () => Promise.resolve('done'))).toBe('done');
  });
});
