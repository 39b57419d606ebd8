import { durationWords, timeWords } from './time-words';

const now = new Date('2026-03-10T12:00:00Z');
const at = (ms: number) => timeWords(new Date(now.getTime() + ms), now);
const MINUTE = 60_000;

describe('a time in words', () => {
  it('is relative within a week, before and after now', () => {
    expect(at(-5_000)).toBe('just now');
    expect(at(-50_000)).toBe('1 minute ago');
    expect(at(-3 * MINUTE)).toBe('3 minutes ago');
    expect(at(52 * MINUTE)).toBe('in 52 minutes');
    expect(at(-24 * 60 * MINUTE)).toBe('yesterday');
  });

  it('is a date beyond a week, with the year only when it is another one', () => {
    expect(at(-30 * 24 * 60 * MINUTE)).not.toMatch(/2026|ago/);
    expect(at(-400 * 24 * 60 * MINUTE)).toMatch(/2025/);
  });
});

describe('a duration in words', () => {
  it('uses the unit that fits', () => {
    expect([420, 2500, 125_000, 3_900_000].map(durationWords)).toEqual([
      '420 ms',
      '2.5 s',
      '2 min 5 s',
      '1 h 5 min',
    ]);
  });
});
