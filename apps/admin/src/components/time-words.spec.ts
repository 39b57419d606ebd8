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

  it.each([
    ['before midnight', [10, 22], [11, 23], 'yesterday'],
    ['the evening before last, early in the day', [9, 19], [11, 1], '2 days ago'],
    ['the morning of the day before, late in the day', [10, 1], [11, 23], 'yesterday'],
    ['six days and a bit', [4, 23], [11, 1], '7 days ago'],
    ['the morning after next, late in the day', [13, 5], [11, 23], 'in 2 days'],
    ['the next evening', [12, 23], [11, 22], 'tomorrow'],
  ] as const)('names days as the calendar does: %s', (_what, [day, hour], [today, thisHour], words) => {
    expect(timeWords(new Date(2026, 2, day, hour), new Date(2026, 2, today, thisHour))).toBe(words);
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

  it.each([
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 0 s'],
    [119_400, '1 min 59 s'],
    [119_600, '2 min 0 s'],
    [3_599_600, '1 h 0 min'],
    [7_199_000, '2 h 0 min'],
  ])('has no 60 s in a minute and no 60 min in an hour: %d ms', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });
});
