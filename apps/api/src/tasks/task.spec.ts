import { describe, expect, it } from '@jest/globals';
import { CANCELABLE, hasEnded, RETRYABLE, TASK_STATUSES, waitBeforeRetry } from './task.js';

describe('a task', () => {
  it('has ended when it succeeded, failed, was canceled or has an unknown outcome', () => {
    expect(TASK_STATUSES.filter(hasEnded)).toEqual(['succeeded', 'failed', 'canceled', 'outcome_unknown']);
  });

  it('can be called off only while nothing is on its way', () => {
    expect(CANCELABLE).not.toContain('running');
    expect(CANCELABLE.filter(hasEnded)).toEqual([]);
  });

  it('is started again only when it has come to rest without success', () => {
    expect(RETRYABLE).not.toContain('succeeded');
    expect(RETRYABLE).not.toContain('running');
    expect(RETRYABLE).not.toContain('queued');
  });
});

describe('the wait before a retry', () => {
  it.each([
    [1, 500, 1_000],
    [2, 2_000, 4_000],
    [3, 8_000, 16_000],
    [4, 32_000, 64_000],
  ])('after attempt %i is from %i to %i ms', (attempts, least, most) => {
    expect([waitBeforeRetry(attempts, undefined, 0), waitBeforeRetry(attempts, undefined, 1)]).toEqual([
      least,
      most,
    ]);
  });

  it('is never shorter than the provider wants', () => {
    expect(waitBeforeRetry(1, 30_000, 0.5)).toBe(30_000);
    expect(waitBeforeRetry(4, 10, 1)).toBe(64_000);
  });

  it('is none after the fifth attempt, whatever the provider wants', () => {
    expect(waitBeforeRetry(5, 1, 0)).toBeUndefined();
    expect(waitBeforeRetry(6, undefined, 0)).toBeUndefined();
  });
});
