import fc from 'fast-check';
import { parseCut } from './cut-json.js';

const whole = { id: 'a', list: [1, { text: 'Grü"\\\\ße' }], last: { data: 'abcdef', end: true } };

it('reads JSON that is whole', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(typeof value === 'object' && value !== null);
      expect(parseCut(Buffer.from(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it.each([
  ['{"a":"bc', { a: 'bc' }],
  ['{"a":"b\\', { a: 'b' }],
  ['{"a":"b\\u00e', { a: 'b' }],
  ['{"a":"b\\\\', { a: 'b\\' }],
  ['{"a":"b","c', { a: 'b' }],
  ['{"a":"b","c":', { a: 'b' }],
  ['{"a":"b","c":12', { a: 'b' }],
  ['{"a":["x","y', { a: ['x', 'y'] }],
  ['{"a":{"b":[1,2', { a: { b: [1] } }],
  ['{"a":"b"', { a: 'b' }],
  ['{', {}],
  ['', undefined],
  ['"a', undefined],
])('reads %s', (text, value) => {
  expect(parseCut(Buffer.from(text))).toEqual(value);
});

it('gives what came before the cut, wherever the text is cut', () => {
  const text = Buffer.from(JSON.stringify(whole));
  for (let end = 1; end < text.length; end += 1) {
    const read = parseCut(text.subarray(0, end)) as Partial<typeof whole>;
    expect(typeof read).toBe('object');
    expect('abcdef'.startsWith(read.last?.data ?? '')).toBe(true);
  }
});
