import fc from 'fast-check';
import PostalMime, { type Email } from 'postal-mime';
import { httpTo } from '../testing/index.js';
import { ProviderError } from '../core/provider-error.js';
import { sendMessage } from './actions/send-message.js';
import { forwardOf, replyTo } from './answer-message.js';
import { shownMessage, type FullMessage } from './full-message.js';
import { addressPattern } from './header-values.js';
import { gmailProvider } from './index.js';
import { bodiesThrough } from './letter.js';
import { rawMessage, type Mail } from './new-message.js';

const id = '<abc@valetkey.invalid>';

const ours = [
  'to',
  'cc',
  'bcc',
  'reply-to',
  'in-reply-to',
  'references',
  'message-id',
  'subject',
  'date',
].concat(['mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition', 'content-id']);

/** Reads with another parser than the builder's. */
async function parsed(mail: Mail): Promise<Email & { text: string }> {
  const email = await PostalMime.parse(Buffer.from(await rawMessage(mail, id), 'base64url'));
  return { ...email, text: email.text ?? '' };
}

const foreign = ({ headers }: Email): string[] =>
  headers.map(({ key }) => key).filter((key) => !ours.includes(key));

/** Line ends as mail has them, and without those at the end, which a part's delimiter takes or adds. */
const lines = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n|\r|\n/g, '\n')
    .replace(/\n+$/, '');

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 1500 }),
);
const codeUnits = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  maxLength: 100,
});
const evil = fc.constantFrom(
  '\r\nBcc: eve@example.com',
  '\nX-Evil: 1',
  '\r\n\r\nbody',
  '=?UTF-8?Q?=0D=0AX-Evil:_1?=',
  '\u2028X: y',
);
const hostile = fc.oneof(
  anyText,
  codeUnits,
  fc.tuple(anyText, evil, anyText).map((parts) => parts.join('')),
);

const sendable = { to: ['ada@example.com'], subject: '', text: 'x' };

/** Many runs take their time on a busy machine. */
const PATIENCE_MS = 60_000;

describe('what we write', () => {
  it(
    'comes back as it was for any subject and any body, read by another parser',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          anyText,
          anyText,
          fc.option(anyText, { nil: undefined }),
          async (subject, text, html) => {
            const input = sendMessage.input.safeParse({ ...sendable, subject, text, html });
            fc.pre(input.success);
            const email = await parsed(input.data!);
            expect(email.subject ?? '').toBe(input.data!.subject);
            expect(lines(email.text)).toBe(lines(text));
            if (html) expect(lines(email.html ?? '')).toBe(lines(html));
            expect(foreign(email)).toEqual([]);
          },
        ),
        { numRuns: 100 },
      );
    },
    PATIENCE_MS,
  );

  it(
    'has no header that we did not mean, whatever a caller puts into any field',
    async () => {
      const members = fc.record(
        {
          to: fc.array(hostile),
          cc: fc.array(hostile),
          bcc: fc.array(hostile),
          replyTo: hostile,
          subject: hostile,
        },
        { requiredKeys: [] },
      );
      await fc.assert(
        fc.asyncProperty(members, hostile, async (over, text) => {
          const input = sendMessage.input.safeParse({ ...sendable, text, ...over });
          if (!input.success) return;
          const email = await parsed(input.data);
          expect(foreign(email)).toEqual([]);
          expect(email.bcc ?? []).toHaveLength(input.data.bcc?.length ?? 0);
        }),
        { numRuns: 100 },
      );
    },
    PATIENCE_MS,
  );

  it('refuses a header value of two lines even from inside', async () => {
    const wrong: Mail[] = [
      { subject: 'a\r\nb', text: '' },
      { subject: '', text: '', to: [{ name: 'a\nb', address: 'ada@example.com' }] },
      { subject: '', text: '', references: ['<a@b>\r\nX: y'] },
      {
        subject: '',
        text: '',
        attachments: [{ filename: 'a\r\nb', mimeType: 'text/plain', content: Buffer.of() }],
      },
    ];
    for (const mail of wrong) await expect(rawMessage(mail, id)).rejects.toThrow(ProviderError);
  });
});

const header = fc.record({
  name: fc.constantFrom('From', 'To', 'Cc', 'Reply-To', 'Subject', 'Message-ID', 'References', 'Date'),
  value: fc.oneof(
    hostile,
    fc.emailAddress(),
    fc.tuple(hostile, fc.emailAddress()).map(([name, address]) => `"${name}" <${address}>`),
    hostile.map((text) => `<${text}@example.com>`),
  ),
});

const anyPart = fc.letrec((tie) => ({
  part: fc.record(
    {
      partId: fc.string(),
      mimeType: fc.oneof(
        fc.constantFrom('text/plain', 'text/html', 'multipart/mixed', 'multipart/alternative'),
        anyText,
      ),
      filename: fc.oneof(fc.constant(''), hostile),
      headers: fc.array(header),
      body: fc.record({ size: fc.nat(), data: fc.oneof(fc.base64String(), anyText) }, { requiredKeys: [] }),
      parts: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constant([]),
        fc.array(tie('part'), { maxLength: 3 }),
      ),
    },
    { requiredKeys: [] },
  ),
})).part;

const anyMessage: fc.Arbitrary<FullMessage> = fc.record({
  id: fc.constant('19a1c0ffee000003'),
  payload: fc.oneof({ weight: 9, arbitrary: anyPart }, fc.anything()),
});

/** Nothing here lies behind an id, so that nobody is asked. */
const read = bodiesThrough(httpTo('http://127.0.0.1:9', gmailProvider));

describe('what others wrote', () => {
  it(
    'is read without a crash, in one line per header and within the length asked for',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyMessage, fc.integer({ min: 0, max: 500 }), async (message, most) => {
          const shown = await shownMessage(message, most, read);
          expect(shown.text.length).toBeLessThanOrEqual(most);
          expect(`${shown.from}${shown.subject}${shown.to}`).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        }),
        { numRuns: 100 },
      );
    },
    PATIENCE_MS,
  );

  it(
    'puts no header into our replies and forwards, and no recipient that is no address',
    async () => {
      const own = 'ada@example.com';
      await fc.assert(
        fc.asyncProperty(anyMessage, hostile, fc.boolean(), async (original, text, replyAll) => {
          const forward = await forwardOf(original, text, read).catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'invalid_request', reason: 'messageTooLarge' });
          });
          if (forward) expect(foreign(await parsed({ ...forward, to: ['joan@example.com'] }))).toEqual([]);
          let reply: Mail;
          try {
            reply = await replyTo(original, own, { text, html: text, replyAll, quote: true, read });
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_request', reason: 'noRecipient' });
            return;
          }
          const email = await parsed(reply);
          expect(foreign(email)).toEqual([]);
          for (const { address } of [...(reply.to ?? []), ...(reply.cc ?? [])] as { address: string }[])
            expect(address).toMatch(addressPattern);
          expect(email.to).toHaveLength(reply.to?.length ?? 0);
        }),
        { numRuns: 100 },
      );
    },
    PATIENCE_MS,
  );

  it('does not hurt by its depth', async () => {
    let payload: object = { mimeType: 'text/plain', body: { size: 2, data: 'aGk' } };
    for (let level = 0; level < 5000; level += 1) payload = { mimeType: 'multipart/mixed', parts: [payload] };
    const shown = await shownMessage({ id: 'x', payload }, 100, read);
    expect(shown).toMatchObject({ text: '', isTruncated: true });
  });
});
