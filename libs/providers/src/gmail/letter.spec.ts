import { callTo, httpTo, startAnsweringServer, type AnsweringServer } from '../testing/index.js';
import {
  answerWithMessages,
  behind,
  calendar,
  deep,
  html,
  inline,
  leaf,
  multi,
  pdf,
  plain,
  type MessagePart,
} from '../testing/message-shapes.js';
import { getMessage } from './actions/get-message.js';
import { getThread } from './actions/get-thread.js';
import { searchMessages } from './actions/search-messages.js';
import { gmailProvider as provider } from './index.js';

/** Longest answer here, a tenth of what is let in where it runs. */
const LIMIT = 1_000_000;

let server: AnsweringServer;
beforeAll(async () => {
  server = await startAnsweringServer();
});
afterAll(() => server.close());

const call = <T>(input: T) => ({
  ...callTo(server.origin, provider),
  http: httpTo(server.origin, provider, { maxResponseBytes: LIMIT, timeoutMs: 20_000 }),
  input,
});

const answering = (...payloads: MessagePart[]) => answerWithMessages(server, payloads);
const read = (over: object = {}) =>
  getMessage.run(call(getMessage.input.parse({ messageId: 'm0', ...over })));
describe('the letter of a message', () => {
  it.each<[string, MessagePart, string]>([
    ['plain text', plain('Hello'), 'Hello'],
    ['HTML', html('<p>Hello'), 'Hello'],
    ['both', multi('alternative', plain('Hello'), html('<p>Hi')), 'Hello'],
    ['both, the other way round', multi('alternative', html('<p>Hi'), plain('Hello')), 'Hello'],
    ['plain text that is empty', multi('alternative', plain(' \r\n'), html('<p>Hello')), 'Hello'],
    ['a letter and a footer', multi('mixed', plain('Hello'), plain('-- list')), 'Hello\n-- list'],
    [
      'a letter in HTML and a plain footer',
      multi('mixed', html('<p>Hello'), plain('-- list')),
      'Hello\n-- list',
    ],
    [
      'both and a footer',
      multi('mixed', multi('alternative', plain('Hello'), html('<p>Hi')), plain('-- list')),
      'Hello\n-- list',
    ],
    ['plain text, then more in HTML', multi('mixed', plain('Hello'), html('<p>More')), 'Hello\nMore'],
    [
      'plain text, then the same in HTML',
      multi('mixed', plain('Hello  you'), html('<p>Hello you')),
      'Hello  you',
    ],
    ['text around a file', multi('mixed', plain('See'), pdf(), plain('above')), 'See\nabove'],
    ['HTML with pictures', multi('related', html('<p>Hello'), leaf('image/png', 'x')), 'Hello'],
    [
      'everything in everything',
      multi(
        'mixed',
        multi('alternative', plain('Hello'), multi('related', html('<p>Hi'), leaf('image/png', 'x'))),
        pdf(),
      ),
      'Hello',
    ],
    [
      'HTML around a file beside plain text',
      multi('alternative', plain('Hello'), multi('mixed', html('<p>a'), pdf(), html('<p>b'))),
      'Hello',
    ],
    ['a signed letter', multi('signed', plain('Hello'), leaf('application/pgp-signature', 'x')), 'Hello'],
    ['an invitation', multi('alternative', plain('Hello'), html('<p>Hi'), calendar()), 'Hello'],
    ['30 levels', deep(30, plain('Hello')), 'Hello'],
    ['types in capitals', multi('ALTERNATIVE', { ...plain('Hello'), mimeType: 'Text/Plain' }), 'Hello'],
    ['a body behind an id', plain('', { body: behind('Hello') }), 'Hello'],
    ['HTML behind an id', html('', { body: behind('<p>Hello') }), 'Hello'],
    [
      'an empty text and HTML behind an id',
      multi('alternative', plain(''), html('', { body: behind('<p>Hello') })),
      'Hello',
    ],
    ['a named letter', html('<p>Hello', { filename: 'mail.html' }), 'Hello'],
    ['a file alone', pdf(), ''],
    ['an invitation alone', calendar(), ''],
    [
      'a text that is a file',
      plain('x', { filename: 'a.txt', headers: [{ name: 'Content-Disposition', value: 'attachment' }] }),
      '',
    ],
  ])('%s', async (_name, payload, text) => {
    answering(payload);
    expect(await read()).toMatchObject({ text, isTruncated: false });
  });

  it.each<[string, MessagePart, number]>([
    ['text longer than was wanted', plain('word '.repeat(50)), 100],
    ['HTML longer than was wanted', html('<p>word'.repeat(500)), 100],
    ['more tags than any letter has', html('<b>'.repeat(200_000)), 100],
    ['more levels than any letter has', deep(60, plain('Hello')), 100],
    [
      'more parts than any letter has',
      multi('mixed', ...Array.from({ length: 600 }, () => plain('a'))),
      10_000,
    ],
    [
      'more bodies behind ids than are fetched',
      multi('mixed', ...Array.from({ length: 30 }, () => plain('', { body: behind('a') }))),
      1000,
    ],
    ['a body that Gmail does not give', plain('', { body: { size: 70 } }), 100],
    ['a body larger than an answer may be', plain('word '.repeat(240_000)), 100],
    [
      'a body larger than an answer may be behind an id',
      plain('', { body: behind('word '.repeat(240_000)) }),
      100,
    ],
    [
      'HTML larger than an answer may be behind an id',
      html('', { body: behind('<p>word</p>'.repeat(110_000)) }),
      100,
    ],
    [
      'styles larger than an answer may be',
      html(`<style>${'p { color: red }'.repeat(75_000)}</style><p>word`),
      100,
    ],
  ])('says that it was cut: %s', async (_name, payload, maxTextLength) => {
    answering(payload);
    const { text, isTruncated } = await read({ maxTextLength });
    expect(isTruncated).toBe(true);
    expect(text.length).toBeLessThanOrEqual(maxTextLength);
  });

  it('begins with what there is where it is too large, and lists its files', async () => {
    const large = plain('word '.repeat(240_000));
    answering(
      multi('mixed', plain('Begin'), large, pdf({ body: behind('%PDF') }), calendar({ filename: 'i.ics' })),
    );
    const shown = await read();
    expect(shown).toMatchObject({
      from: 'Jane <jane@example.com>',
      text: expect.stringMatching(/^Begin\nword word/),
      isTruncated: true,
      attachments: [
        { partId: '2', filename: 'a.pdf' },
        { partId: '3', filename: 'i.ics' },
      ],
    });
    answering(multi('mixed', pdf({ body: inline('x'.repeat(1_200_000)) }), plain('End')));
    expect(await read()).toMatchObject({ text: 'Begin & end', isTruncated: true });
  });

  it('of a conversation that is too large comes message by message, the latest ones', async () => {
    const half = multi('alternative', plain('Short'), html('x'.repeat(600_000)));
    answering(half, half, plain('Last'));
    const input = getThread.input.parse({ threadId: 'thread', limit: 2 });
    const { messages, messageCount } = await getThread.run(call(input));
    expect(messageCount).toBe(3);
    expect(messages).toMatchObject([
      { id: 'm1', text: 'Short', isTruncated: false },
      { id: 'm2', text: 'Last', isTruncated: false },
    ]);
  });
});

it('decodes what a search shows', async () => {
  server.answerWith(({ path }) =>
    path.endsWith('/messages')
      ? { body: { messages: [{ id: 'm0' }] } }
      : {
          body: {
            id: 'm0',
            snippet: 'Tom &amp; Jane&#39;s &lt;b&gt;',
            payload: {
              headers: [
                { name: 'Subject', value: '=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\n =?UTF-8?Q?_an_alle?=' },
                { name: 'From', value: '=?UTF-8?Q?Doe=2C_Jan=C3=A9?= <jane@example.com>' },
                { name: 'To', value: '=?UTF-8?B?QWTDoQ==?= <ada@example.com>' },
              ],
            },
          },
        },
  );
  const { messages } = await searchMessages.run(call(searchMessages.input.parse({})));
  expect(messages).toEqual([
    expect.objectContaining({
      subject: 'Grüße an alle',
      from: '"Doe, Jané" <jane@example.com>',
      to: 'Adá <ada@example.com>',
      snippet: "Tom & Jane's <b>",
    }),
  ]);
});
