import PostalMime from 'postal-mime';
import {
  callTo,
  effectId,
  failureOf,
  fixture,
  startAnsweringServer,
  type AnsweringServer,
  type RecordedRequest,
} from '../testing/index.js';
import { forwardMessage } from './actions/forward-message.js';
import { getAttachment } from './actions/get-attachment.js';
import { labelMessage } from './actions/label-message.js';
import { replyToMessage } from './actions/reply-to-message.js';
import { sendDraft } from './actions/send-draft.js';
import { trashMessage } from './actions/trash-message.js';
import { updateDraft } from './actions/update-draft.js';
import { gmailFullMessage, type FullMessage } from './full-message.js';
import { gmailProvider as provider } from './index.js';
import { ownMessageId } from './sent-message.js';

const full = gmailFullMessage.parse(fixture(provider.id, 'message-full')) as FullMessage & {
  payload: { headers: object[] };
};
const sent = fixture(provider.id, 'message-sent');
const messageId = full.id;

let server: AnsweringServer;
beforeAll(async () => {
  server = await startAnsweringServer();
});
afterAll(() => server.close());
const call = <T>(input: T) => ({ ...callTo(server.origin, provider), input });

function answering(self = 'ada@example.com', original: object = full) {
  server.answerWith(({ method, path }: RecordedRequest) => {
    if (method === 'POST') return { body: sent };
    if (path.endsWith('/profile')) return { body: { emailAddress: self } };
    if (path.includes('/attachments/')) return { body: fixture(provider.id, 'attachment') };
    return { body: original };
  });
}
const sentBody = () =>
  server.requests.find(({ method }) => method === 'POST')?.body as Record<string, string>;
const sentMail = () => PostalMime.parse(Buffer.from(sentBody()['raw'] ?? '', 'base64url'));
const reply = (over: object = {}) =>
  replyToMessage.run(call(replyToMessage.input.parse({ messageId, text: 'Thanks', ...over })));
const addressesOf = (list: { address?: string }[] = []) => list.map(({ address }) => address);

describe('a reply', () => {
  it('belongs to the conversation by thread, subject, In-Reply-To and References', async () => {
    answering();
    await reply();
    expect(sentBody()['threadId']).toBe('19a1c0ffee000001');
    expect(await sentMail()).toMatchObject({
      subject: 'Re: Grüße',
      inReplyTo: '<second@mail.example.com>',
      references: '<first@mail.example.com> <second@mail.example.com>',
      messageId: `<${ownMessageId(effectId)}>`,
      to: [{ address: 'grace@example.com', name: 'Grace Hopper' }],
      text: expect.stringContaining('> Schöne Grüße'),
    });
  });

  it('goes to all others, and never to the user', async () => {
    answering();
    await reply({ replyAll: true });
    const { to, cc } = await sentMail();
    expect(addressesOf(to)).toEqual(['grace@example.com', 'charles@example.com']);
    expect(addressesOf(cc)).toEqual(['joan@example.com']);
  });

  it.each(['grace@example.com', 'another@example.com'])(
    'on an own message goes to its recipients, also when %s is the own address',
    async (self) => {
      answering(self, { ...full, labelIds: ['SENT'] });
      await reply();
      expect(addressesOf((await sentMail()).to)).toEqual(['ada@example.com', 'charles@example.com']);
    },
  );

  it('goes where the sender wants it', async () => {
    const headers = [...full.payload.headers, { name: 'Reply-To', value: 'list@example.com' }];
    answering('ada@example.com', { ...full, payload: { ...full.payload, headers } });
    await reply();
    expect(addressesOf((await sentMail()).to)).toEqual(['list@example.com']);
  });

  it('is refused when nobody could get it', async () => {
    answering('ada@example.com', { ...full, payload: { headers: [{ name: 'From', value: 'undisclosed' }] } });
    const error = await failureOf(reply());
    expect(error).toMatchObject({ code: 'invalid_request', reason: 'noRecipient', mayHaveHappened: false });
  });
});

describe('a forward', () => {
  const forward = (over: object = {}) =>
    forwardMessage.run(
      call(forwardMessage.input.parse({ messageId, to: ['joan@example.com'], text: 'See <below>', ...over })),
    );

  it('carries the note, the head, the text, the HTML and the files', async () => {
    answering();
    await forward();
    const mail = await sentMail();
    expect(mail.subject).toBe('Fwd: Grüße');
    expect(mail.text).toContain('From: Grace Hopper <grace@example.com>');
    expect(mail.text).toContain('Schöne Grüße');
    expect(mail.html).toContain('See &lt;below&gt;');
    expect(mail.html).toContain('<p>Schöne Grüße');
    expect(mail.attachments).toMatchObject([{ filename: 'invoice.pdf', mimeType: 'application/pdf' }]);
    expect(Buffer.from(mail.attachments[0]?.content as ArrayBuffer).toString()).toBe('%PDF-1.4');
  });

  it('leaves the files behind if asked, and refuses to drop files that are too large', async () => {
    answering();
    await forward({ includeAttachments: false });
    expect((await sentMail()).attachments).toEqual([]);
    const part = { partId: '1', filename: 'film.mp4', body: { attachmentId: 'x', size: 9_000_000 } };
    answering('ada@example.com', { ...full, payload: { ...full.payload, parts: [part] } });
    expect(await failureOf(forward())).toMatchObject({
      reason: 'attachmentsTooLarge',
      mayHaveHappened: false,
    });
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });
});

describe('what became of a change', () => {
  const verdict = async (recovery: Promise<object> | undefined) => Object.keys((await recovery) ?? {})[0];

  it.each([
    [['INBOX'], 'found'],
    [['INBOX', 'UNREAD'], 'absent'],
  ])('a message labelled %j: %s', async (labelIds, expected) => {
    server.answerWith(() => ({ body: { id: messageId, labelIds } }));
    const input = labelMessage.input.parse({ messageId, addLabelIds: ['INBOX'], removeLabelIds: ['UNREAD'] });
    expect(await verdict(labelMessage.recover?.(call(input)))).toBe(expected);
    expect(await verdict(trashMessage.recover?.(call(trashMessage.input.parse({ messageId }))))).toBe(
      'absent',
    );
  });

  const draft = (id: string) => ({
    id: 'r-1',
    message: { id: 'm', payload: { headers: [{ name: 'Message-ID', value: id }] } },
  });
  it.each([
    ['ours', { body: draft(`<${ownMessageId(effectId)}>`) }, 'found'],
    ['another', { body: draft('<other@example.com>') }, 'absent'],
    ['gone', { status: 404 }, 'unknown'],
  ])('an updated draft that is %s', async (_name, answer, expected) => {
    server.answerWith(() => answer);
    const input = updateDraft.input.parse({ draftId: 'r-1', subject: 's', text: 't' });
    expect(await verdict(updateDraft.recover?.(call(input)))).toBe(expected);
  });

  it.each([
    ['still there', 200, undefined, 'absent'],
    ['gone, and nothing to look for', 404, undefined, 'unknown'],
    ['gone, and found by its Message-ID', 404, 'a@valetkey.invalid', 'found'],
  ])('a draft to be sent that is %s', async (_name, status, rfc822MessageId, expected) => {
    server.answerWith(({ path }) =>
      path.endsWith('/messages') ? { body: { messages: [sent] } } : { status, body: draft('<x@y>') },
    );
    const input = sendDraft.input.parse({ draftId: 'r-1', rfc822MessageId });
    expect(await verdict(sendDraft.recover?.(call(input)))).toBe(expected);
  });
});

describe('an attachment', () => {
  const get = (over: object) => getAttachment.run(call(getAttachment.input.parse({ messageId, ...over })));

  it('comes as base64 with its name', async () => {
    answering();
    await expect(get({ partId: '1' })).resolves.toEqual({
      filename: 'invoice.pdf',
      mimeType: 'application/pdf',
      size: 8,
      contentBase64: 'JVBERi0xLjQ=',
    });
  });

  it('is not fetched when it is too large, and not found under another part', async () => {
    answering();
    expect(await failureOf(get({ partId: '1', maxBytes: 7 }))).toMatchObject({
      reason: 'attachmentTooLarge',
    });
    expect(await failureOf(get({ partId: '0.0' }))).toMatchObject({ code: 'not_found' });
    expect(server.requests.filter(({ path }) => path.includes('/attachments/'))).toEqual([]);
  });
});
