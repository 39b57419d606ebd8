import fc from 'fast-check';
import { mailboxKey } from '../google/mail-address.js';
import { addressesIn, shownAddresses } from './address-header.js';
import { addressPattern, isOneLine } from './header-values.js';

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

const word = (text: string) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;

/** Q-encoding as careless programs write it: nothing but spaces is encoded. */
const rawWord = (text: string) => `=?UTF-8?Q?${text.replaceAll(' ', '_')}?=`;

const JANE = 'jane@example.com';
const EVE = 'eve@evil.example';

describe('addresses in a header of somebody else', () => {
  it.each([
    ['a comma', word('Doe, Jane')],
    ['an address and a comma', word(`${EVE}, Jane`)],
    ['an address in angle brackets', word(`Jane <${EVE}>`)],
    ['an address in angle brackets and a comma', word(`Jane <${EVE}>, `)],
    ['a quote', word(`Jane" <${EVE}>, "`)],
    ['a group', word(`Team: ${EVE};`)],
    ['a comment that is open', word('Jane (')],
    ['a backslash', word('Jane \\')],
    ['a line break', word(`Jane\r\nBcc: ${EVE}`)],
    ['a comma that is not encoded', rawWord('Doe, Jane')],
    ['an address and a comma that are not encoded', rawWord(`${EVE}, Jane`)],
    ['angle brackets that are not encoded', rawWord(`Jane <${EVE}>`)],
    ['two words', `${word(`Jane <${EVE}`)} ${word('>, Doe')}`],
    ['words in quotes', `"${word(`Doe, ${EVE}`)}"`],
    ['words between words', `Dr. ${word(`, ${EVE},`)} Doe`],
  ])('are not taken out of an encoded name with %s', (_name, name) => {
    expect(addressesIn(`${name} <${JANE}>`).map(({ address }) => address)).toEqual([JANE]);
    expect(addressesIn(`${name}<${JANE}>, joan@example.com`).map(({ address }) => address)).toEqual([
      JANE,
      'joan@example.com',
    ]);
  });

  it.each([
    ['a quoted name', `"Doe, ${EVE}, Jane" <${JANE}>`, [JANE]],
    ['a quoted name with quotes', `"a\\" <${EVE}>, \\"b" <${JANE}>`, [JANE]],
    ['a comment', `${JANE} (Jane, ${EVE})`, [JANE]],
    ['a comment in front', `(${EVE}) ${JANE}`, [JANE]],
    ['comments in comments', `Jane (a (b) , ${EVE}) <${JANE}>`, [JANE]],
    ['an escaped bracket in a comment', `Jane (a \\) , ${EVE}, ) <${JANE}>`, [JANE]],
    ['a quote that stays open', `"Jane <${EVE}>, ${JANE}`, []],
    ['a comment that stays open', `${JANE}, (Jane <${EVE}>`, [JANE]],
    [
      'a group',
      `Team: ${JANE}, Joan <joan@example.com>;, al@example.com`,
      [JANE, 'joan@example.com', 'al@example.com'],
    ],
    ['an empty group', 'undisclosed-recipients:;', []],
    ['a name that is an address', `${EVE} <${JANE}>`, [JANE]],
    ['an encoded word as address', `<${word(EVE)}>`, []],
    ['an encoded word in an address', `<jane@${word('evil')}.example>`, []],
    ['an encoded word alone', word(`Jane <${EVE}>`), []],
    ['an encoded address alone', word(EVE), []],
    ['a quoted local part that needs no quotes', `"jane"@example.com`, [JANE]],
    ['a quoted local part with a comma', `"${EVE},x"@example.com, ${JANE}`, [JANE]],
    ['a route', `<@evil.example,@b.example:${JANE}>, joan@example.com`, ['joan@example.com']],
    ['two at signs', 'jane@example.com@evil.example', []],
    [
      'an international domain, twice',
      'Jane <jane@bücher.example>, jane@xn--bcher-kva.example',
      ['jane@bücher.example'],
    ],
    ['one address twice', `${JANE}, JANE@Example.com`, [JANE]],
    ['semicolons', `${JANE}; joan@example.com`, [JANE, 'joan@example.com']],
    ['line breaks', `Jane\r\n Doe <${JANE}>,\r\n\tjoan@example.com`, [JANE, 'joan@example.com']],
  ])('are the addressees of %s', (_name, header, addresses) => {
    expect(addressesIn(header).map(({ address }) => address)).toEqual(addresses);
  });

  it('are whole, also where the header is too long to be read to its end', () => {
    const header = Array.from({ length: 4000 }, (_, index) => `user${index}@example.com`).join(',');
    const found = addressesIn(header);
    expect(found.length).toBeGreaterThan(1000);
    for (const { address } of found) expect(address).toMatch(/^user\d+@example\.com$/);
  });

  it('keep the names that were meant', () => {
    const header = `${word('Doe, ')} ${word('Jané')} <${JANE}>, "O\\"Neil" <a@example.com>, b@example.com (Bea (B))`;
    expect(addressesIn(header).map(({ name }) => name)).toEqual(['Doe, Jané', 'O"Neil', 'Bea (B)']);
  });

  it('never come out of an encoded name, whatever it holds', () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), fc.boolean(), (text, isRaw, isQuoted) => {
        const name = isRaw ? rawWord(text.replace(/[?\r\n]/g, '')) : word(text);
        const header = isQuoted ? `"${name.replace(/["\\]/g, '')}" <${JANE}>` : `${name} <${JANE}>`;
        expect(addressesIn(header).map(({ address }) => address)).toEqual([JANE]);
        expect(addressesIn(shownAddresses(header)).map(({ address }) => address)).toEqual([JANE]);
      }),
      { numRuns: 500 },
    );
  });

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

it.each([
  ['Jane@Bücher.Example', 'jane@xn--bcher-kva.example'],
  ['jane@xn--bcher-kva.example', 'jane@xn--bcher-kva.example'],
  ['JANE@EXAMPLE.COM', 'jane@example.com'],
])('knows %j as the mailbox %j', (address, key) => {
  expect(mailboxKey(address)).toBe(key);
});

it.each([
  [`${word('Jané Doe')} <${JANE}>`, `Jané Doe <${JANE}>`],
  [`${word('Doe, Jané')} <${JANE}>`, `"Doe, Jané" <${JANE}>`],
  [`"${word('Doe, "J"')}" <${JANE}>`, `"Doe, \\"J\\"" <${JANE}>`],
  [`"Babbage, Charles" <${JANE}>`, `"Babbage, Charles" <${JANE}>`],
  ['undisclosed-recipients:;', 'undisclosed-recipients:;'],
])('shows %s as %s', (header, shown) => {
  expect(shownAddresses(header)).toBe(shown);
});
