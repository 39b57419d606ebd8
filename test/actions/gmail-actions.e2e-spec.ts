import { startStack, untilTask, type Client, type Stack } from '../kit/index.js';

const scopes = (...names: string[]) =>
  names.map((name) => `https://www.googleapis.com/auth/${name}`).join(' ');
const [USER, OTHER] = ['mail-user', 'mail-other'];

let stack: Stack;
let user: Client;
let other: Client;
const walked = new Set<string>();
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
  user = await stack.connected(USER, { target: 'google', scope: scopes('gmail.modify') });
  const answer = { account: 'alan@example.com' };
  other = await stack.connected(OTHER, { target: 'google', scope: scopes('gmail.modify'), answer });
});
afterAll(() => stack.close());
afterEach(() => stack.twin.control.clearFaults());

function run(action: string, input: object, client = user) {
  walked.add(`gmail.${action}`);
  const userId = client === other ? OTHER : USER;
  return client.post(`/v1/actions/gmail.${action}`, { userId, input });
}

/** The output of an action that must succeed. */
async function output(action: string, input: object, client = user) {
  const { status, body, text } = await run(action, input, client);
  if (status !== 200) throw new Error(`${action}: ${status} ${text}`);
  return body.output;
}

const find = async (query: string, client = user) =>
  (await output('messages.search', { query }, client)).messages;
const sentTexts = () => stack.twin.control.state().google.mailsSent.map(({ text }) => text);

describe('reading', () => {
  it('finds, reads and labels a message', async () => {
    const [{ id: messageId }] = await find('from:grace');
    expect(await output('messages.get', { messageId })).toMatchObject({
      from: 'Grace Hopper <grace@example.com>',
      subject: 'Compiler notes',
      text: expect.stringContaining('nanoseconds'),
      attachments: [],
    });
    const { labels } = await output('labels.list', {});
    const own = labels.find(({ type }: { type: string }) => type === 'user');
    expect(own).toEqual({ id: 'Label_1', name: 'Invoices', type: 'user' });
    const change = { messageId, addLabelIds: [own.id], removeLabelIds: ['UNREAD'] };
    expect((await output('messages.label', change)).labelIds.sort()).toEqual(['INBOX', 'Label_1']);
    expect(await run('messages.label', { messageId, addLabelIds: ['SENT'] })).toMatchObject({ status: 422 });
  });

  it('puts a message into the trash and takes it out again', async () => {
    const [{ id: messageId }] = await find('from:news');
    expect((await output('messages.trash', { messageId })).labelIds).toEqual(['TRASH']);
    expect(await find('from:news')).toEqual([]);
    await output('messages.label', { messageId, addLabelIds: ['INBOX'], removeLabelIds: ['TRASH'] });
    expect(await find('from:news')).toHaveLength(1);
  });
});

describe('a conversation in any script', () => {
  const subject = 'Zürich 🎼 заметки — 解析機関';
  const text = 'Grüße,\nдорогой Alan 🎩\n解析機関';

  it('is sent, received, answered by all and read as one thread', async () => {
    const mail = {
      to: ['alan@example.com'],
      cc: ['joan@example.com'],
      subject,
      text,
      html: `<p>${text}</p>`,
    };
    const { id, threadId } = await output('messages.send', mail);
    const [received] = await find('from:ada', other);
    expect(received).toMatchObject({ subject });
    const read = await output('messages.get', { messageId: received.id }, other);
    expect(read.text.replaceAll('\r\n', '\n')).toContain(text);

    await output('messages.reply', { messageId: received.id, text: 'Прекрасно', replyAll: true }, other);
    const [answer] = await find('from:alan');
    expect(answer).toMatchObject({ subject: `Re: ${subject}`, threadId });
    const shown = await output('messages.get', { messageId: answer.id });
    expect(shown).toMatchObject({ to: 'Ada Lovelace <ada@example.com>', cc: 'joan@example.com' });
    expect(shown.text).toContain('> дорогой Alan 🎩');

    await output('messages.reply', { messageId: answer.id, text: 'Danke', quote: false });
    const thread = await output('threads.get', { threadId });
    expect([thread.messageCount, thread.messages[0].id]).toEqual([3, id]);
    expect(thread.messages.at(-1)).toMatchObject({
      subject: `Re: ${subject}`,
      text: expect.stringMatching(/^Danke\s*$/),
    });
    const last = sentTexts().find(
      (mail) => mail.includes(Buffer.from('Danke').toString('base64')) || /\r\nDanke/.test(mail),
    );
    expect(last).toMatch(/^In-Reply-To: <.+@valetkey\.invalid>\r$/m);
    expect(last?.match(/@valetkey\.invalid>/g)?.length).toBeGreaterThanOrEqual(4);
  });

  it('takes no line break into a header', async () => {
    const before = sentTexts().length;
    for (const over of [
      { subject: 'Hi\r\nBcc: eve@example.com' },
      { to: ['a@example.com\nBcc: e@example.com'] },
    ])
      expect(
        await run('messages.send', { to: ['alan@example.com'], subject: 'x', text: 'x', ...over }),
      ).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(sentTexts()).toHaveLength(before);
  });
});

describe('files', () => {
  it('are listed, downloaded within a limit, and forwarded', async () => {
    const raw = [
      'To: ada@example.com',
      'Subject: =?UTF-8?B?UsOpc3Vtw6k=?=',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>Voil&agrave; &amp; merci</p>',
      '--b',
      'Content-Type: application/octet-stream',
      'Content-Disposition: attachment; filename="=?UTF-8?B?w6kucGRm?="',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from([0, 255, 1, 254]).toString('base64'),
      '--b--',
      '',
    ].join('\r\n');
    await plainSend(raw);
    const [{ id: messageId }] = await find('subject:résumé in:inbox');
    const read = await output('messages.get', { messageId });
    expect(read.text).toBe('Voilà & merci');
    expect(read.attachments).toEqual([expect.objectContaining({ partId: '1', filename: 'é.pdf', size: 4 })]);
    const file = await output('attachments.get', { messageId, partId: '1' });
    expect([...Buffer.from(file.contentBase64, 'base64')]).toEqual([0, 255, 1, 254]);
    expect(await run('attachments.get', { messageId, partId: '1', maxBytes: 3 })).toMatchObject({
      status: 422,
    });

    await output('messages.forward', { messageId, to: ['alan@example.com'], text: 'Regarde' });
    const [passed] = await find('subject:fwd', other);
    const shown = await output('messages.get', { messageId: passed.id }, other);
    expect(shown).toMatchObject({ subject: 'Fwd: Résumé', attachments: [{ filename: 'é.pdf', size: 4 }] });
    expect(shown.text).toMatch(/^Regarde[\s\S]*Forwarded message[\s\S]*Voilà & merci/);
    const [{ partId }] = shown.attachments;
    const copy = await output('attachments.get', { messageId: passed.id, partId }, other);
    expect(copy.contentBase64).toBe(file.contentBase64);
  });

  /** Alan writes with a program of his own. */
  async function plainSend(raw: string) {
    const { body } = await other.get('/my-account/identities/google/access-token');
    const answer = await fetch(`${stack.twin.url}/google/gmail/v1/users/me/messages/send`, {
      method: 'POST',
      headers: { authorization: `Bearer ${body.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ raw: Buffer.from(raw).toString('base64url') }),
    });
    expect(answer.status).toBe(200);
  }
});

describe('drafts', () => {
  const draft = { subject: 'Draft', text: 'Not yet' };

  it('are written, rewritten and sent once', async () => {
    const made = await output('drafts.create', draft);
    expect(await find('in:draft subject:draft')).toHaveLength(1);
    const rewritten = await output('drafts.update', {
      draftId: made.id,
      to: ['alan@example.com'],
      subject: 'Final',
      text: 'Now',
    });
    expect(rewritten).toMatchObject({ id: made.id, threadId: made.threadId });
    expect(rewritten.messageId).not.toBe(made.messageId);
    const before = sentTexts().length;
    await output('drafts.send', { draftId: made.id, rfc822MessageId: rewritten.rfc822MessageId });
    expect(sentTexts()).toHaveLength(before + 1);
    expect(await find('subject:final', other)).toHaveLength(1);
    expect((await run('drafts.send', { draftId: made.id })).status).toBe(404);
  });
});

describe('an unclear end', () => {
  it.each([
    ['messages.label', 'POST', () => ({ addLabelIds: ['STARRED'] })],
    ['messages.trash', 'POST', () => ({})],
    ['drafts.update', 'PUT', (draftId: string) => ({ draftId, subject: 'Once', text: 'x' })],
  ])('%s asks what became of it and does not act twice', async (action, method, members) => {
    const { id: draftId } = await output('drafts.create', { subject: 'Lost', text: 'x' });
    const [{ id: messageId }] = await find('from:charles in:anywhere');
    stack.twin.control.clearCalls();
    const match = { path: '/gmail/v1', method };
    stack.twin.control.addFault({ provider: 'google', fault: 'answer_lost', match, times: 1 });
    const { body } = await user.post('/v1/tasks', {
      userId: USER,
      action: `gmail.${action}`,
      input: { ...(action.startsWith('messages') ? { messageId } : {}), ...members(draftId) },
    });
    expect(await untilTask(user, body.id)).toMatchObject({ status: 'succeeded', attempts: 2 });
    const calls = stack.twin.control.calls({ provider: 'google', path: '/gmail/v1' });
    expect(calls.map((one) => one.method)).toEqual([method, 'GET']);
  });
});

describe('rights', () => {
  it('names the scope that is missing, with the link that asks for it', async () => {
    const client = await stack.connected('mail-sender', { target: 'google', scope: scopes('gmail.send') });
    const ask = (action: string, input: object) =>
      client.post(`/v1/actions/gmail.${action}`, { userId: 'mail-sender', input });
    const refused: [string, object, string][] = [
      ['messages.get', { messageId: 'x' }, 'gmail.readonly'],
      ['messages.reply', { messageId: 'x', text: 'x' }, 'gmail.readonly'],
      ['drafts.create', { subject: 'x', text: 'x' }, 'gmail.compose'],
      ['labels.list', {}, 'gmail.labels'],
      ['messages.trash', { messageId: 'x' }, 'gmail.modify'],
    ];
    for (const [action, input, scope] of refused)
      expect(await ask(action, input)).toMatchObject({
        status: 403,
        body: { code: 'insufficient_scope', missingScopes: [scopes(scope)] },
      });
  });
});

it('has walked every action of the provider', async () => {
  const { body } = await user.get(`/v1/actions?userId=${USER}`);
  const ids = body.data.map(({ id }: { id: string }) => id);
  expect([...walked].sort()).toEqual(ids.filter((id: string) => id.startsWith('gmail.')).sort());
});
