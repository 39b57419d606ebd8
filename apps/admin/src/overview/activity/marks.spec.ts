import { isMarked } from './marks';

/** An hour in which these minutes were measured. */
const hour = (...measured: number[]): (number | null)[] =>
  Array.from({ length: 60 }, (_, minute) => (measured.includes(minute) ? 120 : null));

const marked = (values: (number | null)[]) =>
  values.flatMap((value, index) => (value !== null && isMarked(values, index) ? [index] : []));

describe('the marks of a line', () => {
  it.each([
    ['a minute among quiet ones', hour(30), [30]],
    ['the first minute', hour(0), [0]],
    ['the last minute', hour(59), [59]],
    ['two minutes apart', hour(10, 12), [10, 12]],
    ['two neighbours, which a line joins', hour(10, 11), []],
    ['neighbours and one apart', hour(10, 11, 40), [40]],
    ['all minutes', hour(...Array.from({ length: 60 }, (_, minute) => minute)), []],
    ['a short line', [1, 2, 3], [0, 1, 2]],
  ])('%s', (_what, values, expected) => {
    expect(marked(values)).toEqual(expected);
  });
});
