import fc from 'fast-check';
import { readHtml } from './html-text.js';

const textOf = async (html: string): Promise<string> => (await readHtml(html, 1_000_000)).text;

describe('a letter in HTML is read as a person would', () => {
  it.each([
    [
      'cells of a table keep apart',
      '<table><tr><td>Balance:</td><td>1</td><td>200.50</td></tr></table>',
      'Balance:\t1\t200.50',
    ],
    ['an empty cell keeps its place', '<table><tr><td>a</td><td></td><td>b</td></tr></table>', 'a\t\tb'],
    [
      'rows keep apart',
      '<table><tr><th>Due</th><th>1</th></tr><tr><td>2</td><td>3</td></tr></table>',
      'Due\t1\n2\t3',
    ],
    ['rows keep apart without end tags', '<table><tr><td>1<td>2<tr><td>3<td>4</table>', '1\t2\n3\t4'],
    ['cells that hold blocks keep apart', '<tr><td><p>Sum</p></td><td><div>7</div></td></tr>', 'Sum\n\n7'],
    [
      'tables in tables',
      '<table><tr><td><table><tr><td>1</td><td>2</td></tr></table></td></tr></table>3',
      '1\t2\n\n3',
    ],
    [
      'headings keep the case of a code',
      '<h1>Your code: aB3xY</h1><h6>Straße</h6>',
      'Your code: aB3xY\n\nStraße',
    ],
    ['table heads keep it too', '<table><tr><th>Token aB3</th></tr></table>', 'Token aB3'],
    [
      'lists',
      '<ul><li>One<li>Two<ol start="3"><li>a</li><li value=7>b<li>c</ol></ul>',
      '- One\n- Two\n  3. a\n  7. b\n  8. c',
    ],
    ['preformatted text', '<pre>a  b\n\n  c\t1</pre><p> d   e </p>', 'a  b\n\n  c\t1\n\nd e'],
    [
      'links',
      '<a href="https://x.example/?a=1&amp;b=2">Pay <b>now</b></a>!',
      'Pay now [https://x.example/?a=1&b=2]!',
    ],
    ['a link that says its address', '<a href="mailto:a@x.example">a@x.example</a>', 'a@x.example'],
    ['a link around a picture', '<a href="https://x.example"><img src="p"></a>', '[https://x.example]'],
    ['a link that leads nowhere', '<a href="javascript:x()">One</a><a href="#top">Two</a>', 'OneTwo'],
    ['line breaks', 'a<br>b<br/>c<br><br>d<div>e</div>f', 'a\nb\nc\n\nd\ne\nf'],
    [
      'quotations',
      '<p>No</p><blockquote>Yes?<blockquote>When?</blockquote></blockquote>',
      'No\n\n> Yes?\n\n> > When?',
    ],
    [
      'entities',
      'Gr&uuml;&#223;e&nbsp;&amp;&#x1F3A9; &lt;b&gt; &euro;5 &bogus; A&B',
      'Grüße &🎩 <b> €5 &bogus; A&B',
    ],
    ['comments', 'a<!-- b -- c > d --><!---->e', 'ae'],
    ['conditional comments', '<!--[if mso]><p>Outlook</p><![endif]-->a<![if !mso]><b>b</b><![endif]>', 'ab'],
    ['scripts, styles and titles', '<title>t</title><style>p{}</style><script>if(1<2)"</p>"</script>a', 'a'],
    [
      'digits above the line',
      'Only $19<sup>99</sup>, 10<sup>2</sup>5 and the 1<sup>st</sup>',
      'Only $19^99, 10^2 5 and the 1st',
    ],
    ['digits below the line', 'log<sub>10</sub>100 of H<sub>2</sub>O', 'log10 100 of H2O'],
    ['what is struck out', 'Pay <s>100</s>80 <del>now</del>', 'Pay ~~100~~80 ~~now~~'],
    ['letters in tags of their own', '<b>1</b><i>2</i><span>3</span>', '123'],
    [
      'tags in capitals and crooked',
      '<P>a</P ><Table><TR><TD>1</TD><TD>2</TABLE></div></p></b>b',
      'a\n\n1\t2\n\nb',
    ],
    ['text alone', 'a < b > c', 'a < b > c'],
    ['nothing', '', ''],
  ])('%s', async (_name, html, text) => {
    expect(await readHtml(html, 1_000_000)).toMatchObject({ text, isCut: false });
  });

  it.each([
    ['120 nested blocks', `${'<div>'.repeat(120)}deep 1${'</div>'.repeat(120)}`],
    ['20,000 nested blocks', `${'<div>'.repeat(20_000)}deep 1${'</div>'.repeat(20_000)}`],
    ['5,000 nested tables', `${'<table><tr><td>'.repeat(5000)}deep 1`],
    ['2 MB of CSS first', `<style>${'p { color: red }\n'.repeat(125_000)}</style><p>deep 1`],
    ['2 MB of comment first', `<!--${'x'.repeat(2_000_000)}--><p>deep 1`],
    ['a picture of 2 MB in a tag', `<img src="data:image/png;base64,${'A'.repeat(2_000_000)}">deep 1`],
    ['an address of 1 MB', `<a href="https://x.example/${'a'.repeat(1_000_000)}">deep 1</a>`],
  ])('is read to its end: %s', async (_name, html) => {
    expect(await readHtml(html, 1000)).toMatchObject({ text: 'deep 1', isCut: false });
  });
});

describe('the work of reading HTML', () => {
  it.each(['<b>', '<svg>', '<table><tr><td>', '<ul><li>', '</div>', '<a href="x">', '<p a b c d>'])(
    'ends after so many tags, and says so: %s',
    async (piece) => {
      const { isCut, steps } = await readHtml(`begin ${piece.repeat(400_000)} end`, 1_000_000);
      expect(isCut).toBe(true);
      expect(steps).toBeLessThan(1_000_000);
    },
  );

  it('ends with the text that is wanted, and says so', async () => {
    const read = await readHtml('<p>word</p>'.repeat(50_000), 1000);
    expect(read.isCut).toBe(true);
    expect(read.text.length).toBeGreaterThan(1000);
    expect(read.steps).toBeLessThan(10_000);
  });

  const piece = fc.oneof(
    fc.constantFrom(...['<', '>', '&', '&#0;', '&#x110000;', '&nbsp', '<!--', '-->', '<![CDATA[', ']]>']),
    fc.constantFrom(...['<!DOCTYPE', '<?xml', '<br/>', '\0', '\r\n', '<a href="', '"', "'", '<title>']),
    fc.constantFrom('<td colspan="-1">', '<ol start="x">', '<li value="99999999999">', '<script/>', '</'),
    fc
      .constantFrom(
        ...['p', 'div', 'table', 'tr', 'td', 'a', 'li', 'ul', 'pre', 'h1', 'blockquote', 'svg', 'x-y', 's'],
      )
      .chain((tag) => fc.constantFrom(`<${tag}>`, `</${tag}>`)),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );

  it('is at most as much as the HTML is long, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), fc.nat(300), async (pieces, times) => {
        const html = pieces.join('').repeat(times);
        const { text, steps } = await readHtml(html, 1_000_000);
        expect(steps).toBeLessThanOrEqual(html.length);
        expect(typeof text).toBe('string');
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on where the HTML is divided between two turns', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.nat(40), async (pieces, shift) => {
        const html = pieces.join('');
        const pad = `<p${' '.repeat(16_384 - 3 - shift)}>`;
        expect(await textOf(pad + html)).toBe(await textOf(`<p>${html}`));
      }),
      { numRuns: 300 },
    );
  });
});
