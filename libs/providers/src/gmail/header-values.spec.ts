import fc from 'fast-check';
import { isOneLine, messageIdsIn, shownHeader } from './header-values.js';

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

it.each([
  ['=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
  ['=?utf-8?b?w6kucGRm?= and more', 'é.pdf and more'],
  ['=?UTF-8?Q?caf=C3?= =?UTF-8?Q?=A9?=', 'café'],
  ['=?UTF-8?B?R3LDvMOf?=\r\n =?UTF-8?B?ZQ==?=', 'Grüße'],
  ['=?iso-8859-1*de?Q?Gr=FC=DFe?=', 'Grüße'],
  ['=?ISO-2022-JP?B?GyRCJDMbKEI=?=', 'こ'],
  ['=?x-nobody?Q?abc?=', 'abc'],
  ['=?UTF-8?Q?a=ZZ_b?=', 'a=ZZ b'],
  ['=?UTF-8?B?Zm9v===?=', 'foo'],
  ['=?UTF-8?Q?not ended', '=?UTF-8?Q?not ended'],
  ['=?UTF-8?X?abc?=', '=?UTF-8?X?abc?='],
  ['Price =? 3?=', 'Price =? 3?='],
])('shows %j as %j', (value, shown) => {
  expect(shownHeader(value)).toBe(shown);
});
