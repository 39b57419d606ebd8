import fc from 'fast-check';
import { parseBearerChallenge } from './bearer-challenge.js';

const token = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,40}$/);
const quoted = fc.stringMatching(/^[\x20\x21\x23-\x5b\x5d-\x7e]{0,60}$/);
/** Of other parameters: not one of those that are read. */
const name = fc.stringMatching(/^[a-z]{1,10}$/).filter((one) => !['error', 'scope', 'bearer'].includes(one));

describe('a Bearer challenge', () => {
  it('gives back the error and the scopes that were written, wherever they stand', () => {
    const others = fc.array(
      fc.tuple(
        name,
        quoted.filter((text) => !/bearer/i.test(text)),
      ),
      { maxLength: 3 },
    );
    const scheme = fc.constantFrom('', 'Basic realm="x", ', 'Negotiate, ');
    fc.assert(
      fc.property(scheme, others, token, fc.array(token, { maxLength: 4 }), (before, rest, error, scopes) => {
        const parameters = [
          ...rest.map(([key, value]) => `${key}="${value}"`),
          `error="${error}"`,
          `scope="${scopes.join(' ')}"`,
        ];
        expect(parseBearerChallenge(`${before}Bearer ${parameters.join(', ')}`)).toEqual({ error, scopes });
      }),
    );
  });

  it('is read without a crash, whatever it holds, and shows scopes only that can be asked for', () => {
    const piece = fc.constantFrom('Bearer ', 'bearer', 'scope=', 'error=', '"', '\\', ',', ' ', '=', '\r\n');
    const text = fc
      .array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 30 })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (header) => {
        const { scopes = [] } = parseBearerChallenge(header) ?? {};
        for (const scope of scopes) expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
        if (!/bearer/i.test(header)) expect(parseBearerChallenge(header)).toBeUndefined();
      }),
    );
  });
});
