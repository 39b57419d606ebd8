import { describe, expect, it } from '@jest/globals';
import { Problem } from '../../platform/index.js';
import { intervals } from './figure.js';
import { periodOf } from './period.js';

const NOW = new Date('2026-11-30T12:34:56.789Z');
const ago = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

describe('the period of the overview', () => {
  it.each([
    [1, 'minute', 61],
    [24, 'hour', 25],
    [24 * 7, 'six_hours', 29],
    [24 * 30, 'day', 31],
    [24 * 400, 'day', 401],
  ])('of the last %i hours is shown by the %s, in %i points', (hours, step, points) => {
    const period = periodOf({ from: ago(hours) }, NOW);
    expect(period.step).toBe(step);
    expect(intervals(period.step, period.from, period.to)).toHaveLength(points);
  });

  it('is the last day when nothing was asked for', () => {
    expect(periodOf({}, NOW)).toEqual({ step: 'hour', from: new Date('2026-11-29T12:00:00Z'), to: NOW });
  });

  it('has longer intervals where the short ones are kept no more', () => {
    expect(periodOf({ from: ago(72), to: ago(71) }, NOW).step).toBe('hour');
    expect(periodOf({ from: ago(24 * 120), to: ago(24 * 119) }, NOW).step).toBe('day');
    expect(periodOf({ from: ago(24 * 20), to: ago(24 * 20 - 1) }, NOW).step).toBe('six_hours');
  });

  it.each([
    ['ends before it begins', { from: NOW, to: ago(1) }],
    ['is empty', { from: NOW, to: NOW }],
    ['is too long', { from: ago(24 * 401) }],
  ])('is refused when it %s', (_, asked) => {
    expect(() => periodOf(asked, NOW)).toThrow(Problem);
  });
});
