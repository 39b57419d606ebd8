import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Grouped } from './grouped.js';

/** A database that answers when the spec lets it. */
function slowDatabase(refuse: (ask: number) => boolean = () => false) {
  const sent: { asks: readonly number[]; answer: () => void }[] = [];
  const answerAll = (asks: readonly number[]) =>
    new Promise<number[]>((resolve, reject) => {
      const answer = () =>
        asks.some(refuse) ? reject(new Error('refused')) : resolve(asks.map((ask) => ask * 10));
      sent.push({ asks, answer });
    });
  return { sent, answerAll };
}

describe('asks that are grouped', () => {
  it('go together when they come together, and get their own answers', async () => {
    const { sent, answerAll } = slowDatabase();
    const grouped = new Grouped(answerAll, 1);
    const answers = Promise.all([1, 2, 3].map((ask) => grouped.ask(ask)));
    await turn();
    expect(sent.map(({ asks }) => asks)).toEqual([[1, 2, 3]]);
    sent[0]?.answer();
    expect(await answers).toEqual([10, 20, 30]);
  });

  it('never join a round trip that is on its way', async () => {
    const { sent, answerAll } = slowDatabase();
    const grouped = new Grouped(answerAll, 1);
    const first = grouped.ask(1);
    await turn();
    const second = grouped.ask(2);
    const third = grouped.ask(3);
    await turn();
    expect(sent).toHaveLength(1);
    sent[0]?.answer();
    expect(await first).toBe(10);
    await turn();
    await turn();
    expect(sent[1]?.asks).toEqual([2, 3]);
    sent[1]?.answer();
    expect(await Promise.all([second, third])).toEqual([20, 30]);
  });

  it('use as many round trips at once as they may', async () => {
    const { sent, answerAll } = slowDatabase();
    const grouped = new Grouped(answerAll, 2);
    const answers = [];
    for (const ask of [1, 2, 3]) {
      answers.push(grouped.ask(ask));
      await turn();
    }
    expect(sent.map(({ asks }) => asks)).toEqual([[1], [2]]);
    for (let index = 0; index < 3; index++) {
      sent[index]?.answer();
      await turn();
      await turn();
    }
    expect(await Promise.all(answers)).toEqual([10, 20, 30]);
  });

  it('are not refused for the one among them that the database will not take', async () => {
    const grouped = new Grouped(async (asks: readonly number[]) => {
      if (asks.includes(13)) throw new Error('refused');
      return asks;
    }, 1);
    const asked = [12, 13, 14].map((ask) => grouped.ask(ask));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });

  it('do not try an outage once for each of them', async () => {
    let tries = 0;
    const grouped = new Grouped(async () => {
      tries++;
      throw new Error('down');
    }, 1);
    const asked = Array.from({ length: 50 }, (_, ask) => grouped.ask(ask));
    const results = await Promise.allSettled(asked);
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(tries).toBeLessThanOrEqual(3);
  });
});
