import { callTo, failureOf, httpTo, startAnsweringServer, type AnsweringServer } from '../testing/index.js';
import PostalMime from 'postal-mime';
import {
  answerWithMessages,
  behind,
  calendar,
  html,
  leaf,
  multi,
  pdf,
  plain,
  type MessagePart,
} from '../testing/message-shapes.js';
import { forwardMessage } from './actions/forward-message.js';
import { getAttachment } from './actions/get-attachment.js';
import { getMessage } from './actions/get-message.js';
import { replyToMessage } from './actions/reply-to-message.js';
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
const sentMail = () => {
  const { raw = '' } = server.requests.find(({ method }) => method === 'POST')?.body as { raw?: string };
  return PostalMime.parse(Buffer.from(raw, 'base64url'));
};

describe('the files of a message', () => {
  const get = (partId: string) =>
    getAttachment.run(call(getAttachment.input.parse({ messageId: 'm0', partId })));

  it.each<[string, MessagePart, string, string]>([
    ['a message that is one PDF', pdf(), 'application/pdf', '%PDF'],
    ['a message that is one PDF behind an id', pdf({ body: behind('%PDF') }), 'application/pdf', '%PDF'],
    ['a message that is one PDF without a name', pdf({ filename: '' }), 'application/pdf', '%PDF'],
    ['a message that is one invitation', calendar(), 'text/calendar', 'BEGIN:VCALENDAR'],
    [
      'an invitation without a name',
      multi('alternative', plain('a'), calendar()),
      'text/calendar',
      'BEGIN:VCALENDAR',
    ],
    ['a table without a name', multi('mixed', plain('a'), leaf('text/csv', '1,2')), 'text/csv', '1,2'],
    [
      'a card without a name',
      multi('mixed', plain('a'), leaf('text/vcard', 'BEGIN:VCARD')),
      'text/vcard',
      'BEGIN:VCARD',
    ],
    [
      'a message in a message',
      multi('mixed', plain('a'), leaf('message/rfc822', 'To: a', { parts: [plain('b')] })),
      'message/rfc822',
      'To: a',
    ],
    ['a text with a name', multi('mixed', plain('a'), plain('b', { filename: 'b.txt' })), 'text/plain', 'b'],
  ])('%s', async (_name, payload, mimeType, content) => {
    answering(payload);
    const { attachments } = await read();
    expect(attachments).toMatchObject([{ mimeType, size: content.length }]);
    const { contentBase64 } = await get(attachments[0]?.partId ?? '?');
    expect(Buffer.from(contentBase64, 'base64').toString()).toBe(content);
  });

  it('go along with a forward, the whole message too where it is one file', async () => {
    answering(pdf({ body: behind('%PDF') }));
    const input = forwardMessage.input.parse({ messageId: 'm0', to: ['ada@example.com'] });
    await forwardMessage.run(call(input));
    const { attachments } = await sentMail();
    expect(attachments).toMatchObject([{ filename: 'a.pdf', mimeType: 'application/pdf' }]);
  });
});

describe('an answer to a message', () => {
  const forward = () =>
    forwardMessage.run(call(forwardMessage.input.parse({ messageId: 'm0', to: ['ada@example.com'] })));
  const reply = (over: object = {}) =>
    replyToMessage.run(call(replyToMessage.input.parse({ messageId: 'm0', text: 'Yes', ...over })));

  it.each<[string, MessagePart]>([
    ['plain text', plain('', { body: behind('Hello all') })],
    ['HTML', html('', { body: behind('<p>Hello all') })],
    [
      'both',
      multi(
        'alternative',
        plain('', { body: behind('Hello all') }),
        html('', { body: behind('<p>Hello all') }),
      ),
    ],
  ])('carries a letter behind an id: %s', async (_name, payload) => {
    answering(payload);
    await reply();
    expect((await sentMail()).text).toContain('> Hello all');
    answering(payload);
    await forward();
    const { text, html: laidOut } = await sentMail();
    expect(text).toContain('Hello all');
    if (payload.mimeType !== 'text/plain') expect(laidOut).toContain('<p>Hello all');
  });

  it('carries every part of a letter that goes on in another form', async () => {
    answering(multi('mixed', html('<p>Hello'), plain('a < b')));
    await forward();
    const { text, html: laidOut } = await sentMail();
    expect(text).toContain('Hello\na < b');
    expect(laidOut).toMatch(/<p>Hello[\s\S]*a &lt; b/);
  });

  it('carries a letter to its end or not at all', async () => {
    answering(plain('', { body: behind('word '.repeat(240_000)) }));
    expect(await failureOf(forward())).toMatchObject({ reason: 'messageTooLarge', mayHaveHappened: false });
    await reply();
    expect((await sentMail()).text).toContain('> […]');
  });

  it.each([
    ['From', '=?UTF-8?Q?Doe=2C_eve=40evil.example=2C_Jane?= <jane@example.com>'],
    ['From', '=?UTF-8?Q?eve@evil.example,_Jane?= <jane@example.com>'],
    ['From', '=?UTF-8?Q?Jane_=3Ceve=40evil.example=3E=2C?= <jane@example.com>'],
    ['From', '"=?UTF-8?Q?Jane=22_=3Ceve=40evil.example=3E=2C_=22?=" <jane@example.com>'],
    ['Reply-To', 'jane@example.com (=?UTF-8?Q?=29=2C_eve=40evil.example?=)'],
    ['Reply-To', '=?UTF-8?B?SmFuZSA8ZXZlQGV2aWwuZXhhbXBsZT4=?='],
  ])('goes to nobody but the sender: %s: %s', async (name, value) => {
    answering({
      ...plain('a'),
      headers: [
        { name, value },
        { name: 'To', value: 'ada@example.com' },
      ],
    });
    await reply();
    expect((await sentMail()).to).toMatchObject([{ address: 'jane@example.com' }]);
  });
});
