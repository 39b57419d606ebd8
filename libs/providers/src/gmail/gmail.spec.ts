import {
  callTo,
  describeProviderConformance,
  fixture,
  googleJudge,
  startAnsweringServer,
  type AnsweringServer,
} from '../testing/index.js';
import { searchMessages } from './actions/search-messages.js';
import { sendMessage } from './actions/send-message.js';
import { gmailProvider as provider } from './index.js';
import { rawMessage } from './new-message.js';

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;
const addOn = (name: string) => scope(`gmail.addons.current.${name}`);
const sent = fixture(provider.id, 'message-sent');
const draft = fixture(provider.id, 'draft');
const full = fixture(provider.id, 'message-full');

describeProviderConformance(provider, {
  judge: () => googleJudge(provider.id),
  includes: {
    'https://mail.google.com/': [scope('gmail.insert')],
    [scope('gmail.readonly')]: [
      scope('gmail.metadata'),
      addOn('message.readonly'),
      addOn('message.metadata'),
    ],
    [scope('gmail.modify')]: [addOn('message.action')],
    [scope('gmail.compose')]: [addOn('action.compose')],
    [scope('gmail.send')]: [addOn('action.compose')],
  },
  unrelated: [scope('gmail.settings.basic'), scope('gmail.settings.sharing')],
  tooNarrow: [
    { scope: scope('gmail.metadata'), because: 'it shows no text and searches nothing' },
    { scope: addOn('message.readonly'), because: 'only add-ons inside Gmail get it' },
    { scope: addOn('message.metadata'), because: 'only add-ons inside Gmail get it' },
    { scope: addOn('action.compose'), because: 'only add-ons inside Gmail get it' },
  ],
  answer: ({ method, path, query }) => {
    if (path.endsWith('/drafts')) return method === 'POST' ? draft : { drafts: [draft] };
    if (/\/drafts\/r-/.test(path)) return draft;
    if (method === 'POST') return sent;
    if (path.endsWith('/labels')) return fixture(provider.id, 'labels-list');
    if (path.endsWith('/profile')) return { emailAddress: 'ada@example.com' };
    if (path.includes('/attachments/')) return fixture(provider.id, 'attachment');
    if (path.includes('/threads/')) return { id: '19a1c0ffee000001', messages: [full] };
    if (query.get('format') === 'full') return full;
    return fixture(provider.id, path.endsWith('/messages') ? 'messages-list' : 'message-metadata');
  },
  askedWhenProxied: { 'drafts.send': 'its request does not show who gets the draft' },
  failures: [
    {
      name: 'a lack of scope',
      answer: { status: 403, body: fixture(provider.id, 'insufficient-scope') },
      means: 'insufficient_scope',
    },
    {
      name: 'too many concurrent requests',
      answer: { status: 429, headers: { 'retry-after': '3' }, body: fixture(provider.id, 'rate-limited') },
      means: 'rate_limited',
      retryAfterMs: 3000,
    },
    {
      name: 'a daily limit',
      answer: { status: 403, body: { error: { errors: [{ reason: 'dailyLimitExceeded' }] } } },
      means: 'rate_limited',
    },
  ],
});

const decode = (raw: string): string => Buffer.from(raw, 'base64url').toString('utf8');
const message = (over: object = {}) =>
  sendMessage.input.safeParse({ to: ['ada@example.com'], subject: 'Hello', text: 'Hi', ...over });

describe('a message to be sent', () => {
  it('carries recipients, hidden ones too, our Message-ID, and non-ASCII text in encoded words', async () => {
    const input = sendMessage.input.parse({
      to: ['ada@example.com'],
      cc: ['grace@bücher.example'],
      bcc: ['joan@example.com'],
      subject: 'Grüße 🎉',
      text: 'Schöne Grüße',
      html: '<p>Schöne Grüße</p>',
    });
    const mime = decode(await rawMessage(input, '<abc@valetkey.invalid>'));
    expect(mime).toMatch(/^To: ada@example\.com\r$/m);
    expect(mime).toMatch(/^Cc: grace@xn--bcher-kva\.example\r$/m);
    expect(mime).toMatch(/^Bcc: joan@example\.com\r$/m);
    expect(mime).toMatch(/^Message-ID: <abc@valetkey\.invalid>\r$/m);
    expect(mime).toMatch(/^Subject: =\?UTF-8\?[QB]\?/m);
    expect(mime).toContain('multipart/alternative');
    expect(mime).not.toMatch(/^From:/m);
  });

  it.each([
    ['a line break in the subject', { subject: 'Hi\r\nBcc: eve@example.com' }],
    ['a lone line feed in the subject', { subject: 'Hi\nBcc: eve@example.com' }],
    ['a Unicode line separator in the subject', { subject: 'Hi\u2028Bcc: eve@example.com' }],
    ['a line break in a recipient', { to: ['ada@example.com\r\nBcc: eve@example.com'] }],
    ['two recipients in one', { to: ['ada@example.com,eve@example.com'] }],
    ['a recipient with a display name', { to: ['Ada <ada@example.com>'] }],
    ['a line break in Reply-To', { replyTo: 'ada@example.com\nX: y' }],
    ['no recipient', { to: [] }],
  ])('is refused with %s', (_name, over) => {
    expect(message(over).success).toBe(false);
  });

  it('never opens files or addresses that its text names', async () => {
    const input = message({ text: 'file:///etc/passwd', html: '<img src="http://127.0.0.1:1/x">' });
    expect(decode(await rawMessage(input.data!, '<a@b>'))).toContain('file:///etc/passwd');
  });
});

describe('gmail actions', () => {
  let server: AnsweringServer;
  beforeAll(async () => {
    server = await startAnsweringServer();
  });
  afterAll(() => server.close());
  const call = <T>(input: T) => ({ ...callTo(server.origin, provider), input });

  it('looks for exactly the Message-ID that was sent', async () => {
    server.answerWith(() => ({ body: sent }));
    const input = message().data!;
    await sendMessage.run(call(input));
    const mime = decode((server.requests[0]?.body as { raw: string }).raw);
    const messageId = /^Message-ID: <(.+)>\r$/m.exec(mime)?.[1];
    server.answerWith(() => ({ body: { messages: [sent] } }));
    await expect(sendMessage.recover?.(call(input))).resolves.toMatchObject({
      found: { id: '19a1c0ffee000009' },
    });
    expect(server.requests[0]?.query.get('q')).toBe(`rfc822msgid:${messageId}`);
    server.answerWith(() => ({ body: { resultSizeEstimate: 0 } }));
    await expect(sendMessage.recover?.(call(input))).resolves.toEqual({ absent: true });
  });

  it('does not know whether it sent when it may not read', async () => {
    server.answerWith(() => ({ status: 403, body: fixture(provider.id, 'insufficient-scope') }));
    const recovery = await sendMessage.recover?.(call(message().data!));
    expect(recovery).toEqual({ unknown: expect.stringContaining('gmail.readonly') });
  });

  it('leaves out a message that was deleted while it searched', async () => {
    server.answerWith(({ path }) => {
      if (path.endsWith('/messages')) return { body: fixture(provider.id, 'messages-list') };
      return path.endsWith('2') ? { status: 404 } : { body: fixture(provider.id, 'message-metadata') };
    });
    const { messages } = await searchMessages.run(call(searchMessages.input.parse({})));
    expect(messages).toEqual([
      expect.objectContaining({ subject: 'Invoice 7', receivedAt: '2026-11-30T00:53:20.000Z' }),
    ]);
  });
});
