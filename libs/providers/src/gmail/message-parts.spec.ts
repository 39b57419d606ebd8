import fc from 'fast-check';
import { leavesOf, letterOf } from './message-parts.js';

const letter = (html: string) =>
  letterOf(
    leavesOf({
      mimeType: 'text/html',
      headers: [{ name: 'Content-Type', value: 'text/html; charset=utf-8' }],
      body: { size: html.length, data: Buffer.from(html).toString('base64url') },
    }),
  ).text;

const name = fc.constantFrom(
  'p',
  'div',
  'table',
  'tr',
  'td',
  'a',
  'li',
  'ul',
  'pre',
  'h1',
  'blockquote',
  'svg',
  'x-y',
);
const fragment = fc.oneof(
  name.map((tag) => `<${tag}>`),
  name.map((tag) => `</${tag}>`),
  fc.constantFrom(
    '<',
    '>',
    '&',
    '&#0;',
    '&#x110000;',
    '&nbsp',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<!DOCTYPE',
  ),
  fc.constantFrom(
    '<a href="javascript:x">',
    '<td colspan="-1">',
    '<td colspan="1e9">',
    '<ol start="x" type="a">',
  ),
  fc.constantFrom('<script>hidden</script>', '<style>hidden{}</style>', '<title>', '<br/>', '\0', '\r\n'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

describe('a letter in HTML', () => {
  it('is read without a crash, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 60 }), (pieces) => {
        expect(typeof letter(pieces.join(''))).toBe('string');
      }),
      { numRuns: 500 },
    );
  });

  it('shows the words that a person would read, and none of a script or a style', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,10}$/), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(words, name, (said, tag) => {
        fc.pre(!['svg', 'h1', 'a', 'tr', 'td'].includes(tag));
        const text = letter(
          `<style>hidden{}</style><${tag}>${said.join(' ')}</${tag}><script>hidden</script>`,
        );
        expect(text).toContain(said.join(' '));
        expect(text.replace(said.join(' '), '')).not.toContain('hidden');
      }),
    );
  });

  it('is read in little time, however deep or long', () => {
    for (const piece of ['<div>', '<table><tr><td>', '<ul><li>', '&', '<a href="', '<!--', '&#'])
      expect(typeof letter(piece.repeat(20_000))).toBe('string');
  });
});
