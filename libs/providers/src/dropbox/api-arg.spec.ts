import fc from 'fast-check';
import { apiArg } from './api-arg.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

describe('the argument header', () => {
  it('is visible ASCII and blanks only, whatever a path holds', () => {
    fc.assert(fc.property(anyText, (path) => expect(apiArg({ path })).toMatch(/^[\x20-\x7e]*$/)));
  });

  it('says exactly what was given', () => {
    fc.assert(
      fc.property(anyText, fc.jsonValue(), (path, more) => {
        const value = { path, more };
        expect(JSON.parse(apiArg(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    ['ü', '"\\u00fc"'],
    ['\u007f', '"\\u007f"'],
    ['😀', '"\\ud83d\\ude00"'],
    ['\r\n', '"\\r\\n"'],
    ['~', '"~"'],
  ])('writes %j as %s', (text, written) => {
    expect(apiArg(text)).toBe(written);
  });
});
