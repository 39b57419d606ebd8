import fc from 'fast-check';
import { addressesIn, addressPattern, isOneLine, messageIdsIn, shownHeader } from './header-values.js';

const piece = fc.constantFrom(
  ...[
    '<',
    '>',
    '"',
    ',',
    ';',
    ':',
    '@',
    '(',
    ')',
    '\\',
    '\r\n',
    '\nBcc: ',
    '\0',
    ' ',
    'group:',
    '=?UTF-8?B?',
  ],
  ...['=?UTF-8?Q?=0D=0ABcc:_eve@example.com?=', 'ada@example.com', 'Ada Lovelace', '\u2028', 'é', '🎩', '?='],
);
const hostile = fc
  .array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 10 })), { maxLength: 40 })
  .map((pieces) => pieces.join(''));

describe('addresses in a header of somebody else', () => {
  it('are addresses and nothing else, each once, with names on one line, whatever the header holds', () => {
    fc.assert(
      fc.property(fc.array(fc.option(hostile, { nil: undefined }), { maxLength: 3 }), (headers) => {
        const found = addressesIn(...headers);
        for (const { name, address } of found) {
          expect(address).toMatch(addressPattern);
          expect(isOneLine(`${name}${address}`)).toBe(true);
        }
        expect(new Set(found.map(({ address }) => address.toLowerCase())).size).toBe(found.length);
      }),
      { numRuns: 500 },
    );
  });

  it('are the ones that were written, in order', () => {
    const person = fc.record({
      name: fc.stringMatching(/^[A-Za-z][A-Za-z ]{0,20}[A-Za-z]$/),
      address: fc.stringMatching(/^[a-z]{1,10}$/).map((local) => `${local}@example.com`),
    });
    const list = fc.uniqueArray(person, { minLength: 1, maxLength: 5, selector: ({ address }) => address });
    fc.assert(
      fc.property(list, (people) => {
        const header = people.map(({ name, address }) => `"${name}" <${address}>`).join(', ');
        expect(addressesIn(header).map(({ address }) => address)).toEqual(
          people.map(({ address }) => address),
        );
      }),
    );
  });

  it('are read in little time', () => {
    for (const text of ['<', '"', '(', 'a@', 'a@b,', '=?', ':;', '\\"'])
      expect(addressesIn(text.repeat(50_000)).length).toBeLessThanOrEqual(50_000);
  });
});

it('shows any header on one line', () => {
  fc.assert(fc.property(hostile, (value) => expect(isOneLine(shownHeader(value))).toBe(true)));
});

it('takes message ids only that fit into a header, and all that were written', () => {
  const id = fc.stringMatching(/^[\x21-\x3b\x3d\x3f-\x7e]{1,50}$/).map((text) => `<${text}>`);
  fc.assert(
    fc.property(fc.array(id), hostile, (ids, rest) => {
      expect(messageIdsIn(ids.join(' '))).toEqual(ids);
      for (const one of messageIdsIn(rest)) expect(one).toMatch(/^<[\x21-\x7e]+>$/);
    }),
  );
});
