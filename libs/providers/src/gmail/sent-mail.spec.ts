import { judged } from '../testing/judged.js';

const base64 = (text: string) => Buffer.from(text).toString('base64url');
const mail = (...headers: string[]) => `${headers.join('\r\n')}\r\n\r\nHello\r\nTo: not@header.example\r\n`;
const SEND = 'gmail POST /users/me/messages/send';
const sent = (text: string) => judged(SEND, { body: { raw: base64(text) } });

describe('mail that is sent past our actions', () => {
  it.each([
    [['To: ada@example.com'], ['ada@example.com']],
    [
      ['to: Ada <ada@Example.COM>', 'CC: b@example.com, c@example.com'],
      ['ada@example.com', 'b@example.com', 'c@example.com'],
    ],
    [
      ['To: ada@example.com', 'Bcc: spy@evil.example'],
      ['ada@example.com', 'spy@evil.example'],
    ],
    [
      ['To: a@example.com', 'To: b@example.com'],
      ['a@example.com', 'b@example.com'],
    ],
    [['To: "Doe, Jane" <jane@example.com>'], ['jane@example.com']],
    [['To: "x@evil.example" <ada@example.com>'], ['ada@example.com']],
    [['To: friends: a@example.com, b@example.com;'], ['a@example.com', 'b@example.com']],
    [
      ['To:', ' a@example.com,', '\tb@example.com', 'Subject: To: x@evil.example'],
      ['a@example.com', 'b@example.com'],
    ],
    [
      ['Resent-To: a@example.com', 'To : b@example.com'],
      ['a@example.com', 'b@example.com'],
    ],
    [['To: j\u00f6rg@example.com'], ['j\u00f6rg@example.com']],
  ])('%j goes to %j', (headers, recipients) => {
    expect(sent(mail(...headers))).toMatchObject({
      effect: 'write',
      recipients,
      actions: ['gmail.messages.send', 'gmail.messages.reply', 'gmail.messages.forward'],
    });
  });

  it.each([
    ['nobody', mail('Subject: x')],
    ['nobody, in words', mail('To: undisclosed-recipients:;')],
    ['a name with a comma in it', mail('To: =?utf-8?q?a=40b,?= <ada@example.com')],
    ['an address in a comment', mail('To: ada@example.com (x@evil.example)')],
    ['a quote that does not end', mail('To: "ada@example.com, x@evil.example')],
    ['a line that ends oddly', 'To: ada@example.com\rBcc: x@evil.example\r\n\r\n'],
    ['a line that is no header', 'To: ada@example.com\r\nBcc x@evil.example\r\n\r\n'],
    ['a mailbox line', `From x\r\n${mail('To: ada@example.com')}`],
    ['headers without end', `To: ada@example.com\r\nX: ${'x'.repeat(70_000)}`],
    ['a zero byte', mail('To: ada@example.com\0', 'Bcc: x@evil.example')],
  ])('to %s asks for a person', (_, text) => {
    expect(sent(text)).toMatchObject({ effect: 'destructive', reason: expect.any(String) });
  });

  it.each([
    ['no message', {}],
    ['two', { raw: base64(mail('To: a@example.com')), Raw: base64(mail('To: x@evil.example')) }],
    ['one that is no base64', { raw: 'To: a@example.com' }],
    ['one that is no text', { raw: [base64(mail('To: a@example.com'))] }],
  ])('with %s asks for a person', (_, body) => expect(judged(SEND, { body }).effect).toBe('destructive'));

  it('as an upload is read all the same', () => {
    const upload = { base: 'apiBaseUrl' as const, type: 'message/rfc822', body: mail('To: a@example.com') };
    expect(judged(SEND, upload)).toMatchObject({ effect: 'write', recipients: ['a@example.com'] });
  });

  it('from a draft shows its recipients, or asks for a person', () => {
    const drafted = 'gmail POST /users/me/drafts/send';
    const body = { id: 'r1', message: { raw: base64(mail('To: a@example.com')) } };
    expect(judged(drafted, { body })).toMatchObject({ effect: 'write', recipients: ['a@example.com'] });
    expect(judged(drafted, { body: { id: 'r1' } }).effect).toBe('destructive');
  });
});
