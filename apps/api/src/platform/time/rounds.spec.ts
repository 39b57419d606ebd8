import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { startRounds } from './rounds.js';

/** Work that ends when it is told to, and how often it was begun. */
function heldWork() {
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => ends.push(resolve));
  return { work, begun: () => ends.length, end: () => ends.at(-1)?.() };
}

/** What is told to the log. */
function heard() {
  const told: unknown[] = [];
  return { told, error: (...all: unknown[]) => void told.push(all) };
}

describe('rounds', () => {
  it('begin none while one is under way, and go on when it has ended', async () => {
    const held = heldWork();
    const rounds = startRounds(heard(), 5, 'work', held.work);
    await sleep(50);
    expect(held.begun()).toBe(1);
    expect(rounds.run()).toBe(rounds.run());
    held.end();
    await sleep(50);
    expect(held.begun()).toBe(2);
    held.end();
    await rounds.stop();
  });

  it('wait for the one under way when they stop, and begin no other', async () => {
    const held = heldWork();
    const rounds = startRounds(heard(), 5, 'work', held.work);
    const last = rounds.run();
    let stopped = false;
    const stopping = rounds.stop().then(() => (stopped = true));
    await sleep(30);
    expect(stopped).toBe(false);
    held.end();
    await Promise.all([last, stopping]);
    await sleep(30);
    expect(held.begun()).toBe(1);
  });

  it('tell of one that failed, and go on', async () => {
    const log = heard();
    const error = new Error('the database is away');
    const rounds = startRounds(log, 5, 'work', () => Promise.reject(error));
    await rounds.run();
    await rounds.run();
    await rounds.stop();
    expect(log.told).toEqual([
      ['work failed; it is tried again', { error }],
      ['work failed; it is tried again', { error }],
    ]);
  });
});
