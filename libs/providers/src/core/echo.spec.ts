import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { TokenEcho } from './echo.js';

const TOKEN = 'ya29.a0/Token+With~Everything_0123456789';
const echo = new TokenEcho(TOKEN);

const writings: [string, string][] = [
  ['as it is', TOKEN],
  ['percent-encoded', encodeURIComponent(TOKEN)],
  ['in JSON that escapes slashes', TOKEN.replaceAll('/', '\\/')],
  ['in base64', Buffer.from(TOKEN).toString('base64')],
  ['in base64 behind its scheme', Buffer.from(`Bearer ${TOKEN}`).toString('base64')],
  ['in base64url behind a byte', Buffer.from(`:${TOKEN}:`).toString('base64url')],
];
const core = Buffer.from(TOKEN).toString('base64').slice(4, 40);

it.each([
  ['a name and the key', 'ada@acme.example/token:canary-key-1'],
  ['the key alone', 'canary-key-1:'],
])('takes the key of a pair of %s out, however it is sent back', (_, pair) => {
  const sent = Buffer.from(pair).toString('base64');
  const basic = new TokenEcho(sent, { header: 'authorization', scheme: 'Basic' });
  const body = `Basic ${sent} for ada@acme.example: canary-key-1 ${Buffer.from('canary-key-1').toString('base64')}`;
  expect(basic.text(body)).not.toMatch(/canary|Y2FuYXJ5/);
  expect(basic.text(body)).toContain('for ada@acme.example: ****');
  expect(new TokenEcho(sent).text('canary-key-1')).toBe('canary-key-1');
});

describe.each(writings)('a token that is sent back %s', (_, writing) => {
  const body = `{"authorization":"${writing}","again":"${writing}","ok":true}`;

  it('is taken out of a header and of a body, whose lengths stay', () => {
    const cleaned = [echo.text(body), echo.bytes(Buffer.from(body)).toString()];
    for (const text of cleaned) {
      expect(text).toHaveLength(body.length);
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain(core);
      expect(text).toContain('"ok":true');
      expect(text).toContain('****');
    }
  });

  it.each([1, 2, 7, 40, 1000])('is taken out of a stream in pieces of %i bytes', async (size) => {
    const bytes = Buffer.from(body);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_piece, n) =>
      bytes.subarray(n * size, (n + 1) * size),
    );
    const out = await buffer(Readable.from(pieces).pipe(echo.stream()));
    expect(out.toString()).toBe(echo.text(body));
  });
});

it('passes everything else through as it is, and holds nothing back that cannot be a token', async () => {
  const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, n) => n % 256));
  expect(
    await buffer(Readable.from([bytes.subarray(0, 777), bytes.subarray(777)]).pipe(echo.stream())),
  ).toEqual(bytes);
  const stream = echo.stream();
  stream.write('first');
  expect(String(stream.read())).toBe('first');
});

it('does not take words out for a token that is no longer than they are', () => {
  expect(new TokenEcho('a').text('banana')).toBe('banana');
});
