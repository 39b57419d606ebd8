import { startStack, type Client, type Stack } from '../kit/index.js';

const scopes = 'https://www.googleapis.com/auth/gmail.modify';
const [ADA, ALAN] = ['letters-ada', 'letters-alan'];

let stack: Stack;
let ada: Client;
let alan: Client;
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
  ada = await stack.connected(ADA, { target: 'google', scope: scopes });
  alan = await stack.connected(ALAN, {
    target: 'google',
    scope: scopes,
    answer: { account: 'alan@example.com' },
  });
});
afterAll(() => stack.close());

async function output(action: string, input: object, client = ada) {
  const userId = client === ada ? ADA : ALAN;
  const { status, body, text } = await client.post(`/v1/actions/gmail.${action}`, { userId, input });
  if (status !== 200) throw new Error(`${action}: ${status} ${text}`);
  return body.output;
}

interface Entity {
  readonly head: readonly string[];
  readonly body: string;
}

const base64 = (bytes: Buffer | string): string =>
  (
    Buffer.from(bytes as string)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n');
const leaf = (type: string, content: Buffer | string, ...head: string[]): Entity => ({
  head: [`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64', ...head],
  body: base64(content),
});
const written = ({ head, body }: Entity): string => `${head.join('\r\n')}\r\n\r\n${body}`;
let boundaries = 0;
const multi = (kind: string, ...parts: Entity[]): Entity => {
  const boundary = `=_${(boundaries += 1)}_`;
  const inside = parts.map((part) => `--${boundary}\r\n${written(part)}\r\n`).join('');
  return {
    head: [`Content-Type: multipart/${kind}; boundary="${boundary}"`],
    body: `${inside}--${boundary}--`,
  };
};
const byId = 'X-Twin-Body: by-id';
const utf8 = 'text/plain; charset=utf-8';
const html = 'text/html; charset=utf-8';

let mails = 0;

/** Alan writes to Ada with a program of his own. Gives the id of what she got. */
async function receive(entity: Entity, ...headers: string[]): Promise<string> {
  const subject = `letter${(mails += 1)}x`;
  const raw = ['To: ada@example.com', `Subject: ${subject}`, ...headers, written(entity)].join('\r\n');
  const { body } = await alan.get('/my-account/identities/google/access-token');
  const answer = await fetch(`${stack.twin.url}/google/gmail/v1/users/me/messages/send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${body.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ raw: Buffer.from(raw).toString('base64url') }),
  });
  if (!answer.ok) throw new Error(`not delivered: ${answer.status} ${await answer.text()}`);
  const { messages } = await output('messages.search', { query: `subject:${subject} in:inbox` });
  return messages[0].id;
}

describe('a letter is read as it was meant', () => {
  it.each<[string, Entity, string]>([
    ['UTF-8 that says it is Japanese', leaf('text/plain; charset=iso-2022-jp', 'Grüße 日本'), 'Grüße 日本'],
    ['UTF-8 that says it is UTF-16', leaf('text/plain; charset=utf-16', 'Grüße 日本'), 'Grüße 日本'],
    ['UTF-8 of a charset that nobody knows', leaf('text/plain; charset=x-none', 'Grüße'), 'Grüße'],
    ['Latin 1', leaf('text/plain; charset=iso-8859-1', Buffer.from('Grüße', 'latin1')), 'Grüße'],
    ['a long body', leaf(utf8, 'Hello', byId), 'Hello'],
    ['a long body in HTML', leaf(html, '<p>Hello', byId), 'Hello'],
    [
      'a letter and a footer',
      multi('mixed', leaf(html, '<p>Hello'), leaf(utf8, '-- list')),
      'Hello\n-- list',
    ],
    ['plain text, then HTML', multi('mixed', leaf(utf8, 'Hello'), leaf(html, '<p>More')), 'Hello\nMore'],
    ['a table', leaf(html, '<tr><td>Balance:</td><td>1</td><td>200.50</td></tr>'), 'Balance:\t1\t200.50'],
    ['a code in a heading', leaf(html, '<h1>aB3xY</h1>'), 'aB3xY'],
    ['120 blocks', leaf(html, `${'<div>'.repeat(120)}Hello`), 'Hello'],
    ['2 MB of styles', leaf(html, `<style>${'p { color: red }'.repeat(125_000)}</style>Hello`), 'Hello'],
  ])('%s', async (_name, entity, text) => {
    const messageId = await receive(entity);
    expect(await output('messages.get', { messageId })).toMatchObject({ text, isTruncated: false });
  });

  it('is cut, and says so, where it is larger than anybody reads', async () => {
    const messageId = await receive(
      multi('mixed', leaf(utf8, 'Begin'), leaf(utf8, 'word '.repeat(2_400_000))),
    );
    const shown = await output('messages.get', { messageId });
    expect(shown).toMatchObject({ text: expect.stringMatching(/^Begin\nword word/), isTruncated: true });
    const { messages } = await output('threads.get', { threadId: shown.threadId });
    expect(messages).toMatchObject([{ id: messageId, isTruncated: true }]);
  });

  it('holds nobody up, whatever its HTML', async () => {
    const messageId = await receive(leaf(html, `Hello ${'<b>'.repeat(400_000)} end`));
    let isRead = false;
    const reading = output('messages.get', { messageId }).finally(() => (isRead = true));
    const waits: number[] = [];
    while (!isRead) {
      const start = performance.now();
      await stack.agent.client.get('/health/live');
      waits.push(performance.now() - start);
    }
    expect(await reading).toMatchObject({ text: 'Hello', isTruncated: true });
    expect(Math.max(...waits)).toBeLessThan(2000);
  });
});

describe('the files of a message', () => {
  it.each<[string, Entity, string]>([
    ['one PDF', leaf('application/pdf; name="a.pdf"', '%PDF', 'Content-Disposition: attachment'), 'a.pdf'],
    ['one invitation', leaf('text/calendar; method=REQUEST', 'BEGIN:VCALENDAR'), ''],
    ['an unnamed invitation', multi('alternative', leaf(utf8, 'a'), leaf('text/calendar', 'BEGIN')), ''],
    ['an unnamed table', multi('mixed', leaf(utf8, 'a'), leaf('text/csv', '1,2')), ''],
    [
      'a message',
      multi('mixed', leaf(utf8, 'a'), {
        head: ['Content-Type: message/rfc822'],
        body: 'Subject: b\r\n\r\nc',
      }),
      '',
    ],
  ])('%s', async (_name, entity, filename) => {
    const messageId = await receive(entity);
    const { attachments } = await output('messages.get', { messageId });
    expect(attachments).toMatchObject([{ filename }]);
    const [{ partId, size }] = attachments;
    expect(await output('attachments.get', { messageId, partId })).toMatchObject({ filename, size });
  });
});

describe('an answer', () => {
  it('carries a long letter', async () => {
    const messageId = await receive(
      multi('alternative', leaf(utf8, 'Hello Ada', byId), leaf(html, '<h1>Hello Ada', byId)),
    );
    await output('messages.forward', { messageId, to: ['alan@example.com'], text: 'Look' });
    await output('messages.reply', { messageId, text: 'Yes' });
    const { messages } = await output('messages.search', { query: 'in:inbox from:ada' }, alan);
    const texts = await Promise.all(
      messages.map(({ id }: { id: string }) => output('messages.get', { messageId: id }, alan)),
    );
    expect(texts.map(({ text }) => text).join()).toMatch(/> Hello Ada/);
    expect(texts.map(({ text }) => text).join()).toMatch(/Forwarded message[\s\S]*\n\s*Hello Ada/);
  });

  it('goes to the sender and to nobody in the name', async () => {
    const from = 'From: =?UTF-8?Q?Doe=2C_charles=40example.com=2C_Jan=C3=A9?= <alan@example.com>';
    const messageId = await receive(leaf(utf8, 'Hello'), from);
    const { messages } = await output('messages.search', { query: `subject:letter${mails}x in:inbox` });
    expect(messages[0].from).toBe('"Doe, charles@example.com, Jané" <alan@example.com>');
    await output('messages.reply', { messageId, text: 'Yes' });
    const isReply = ({ text }: { text: string }) => text.includes(`Subject: Re: letter${mails}x`);
    const { text } = stack.twin.control.state().google.mailsSent.find(isReply) ?? { text: '' };
    const to = /^To:.*(?:\r\n[ \t].*)*/m.exec(text)?.[0] ?? '';
    expect(to.match(/<[^>]+>/g)).toEqual(['<alan@example.com>']);
  });
});
