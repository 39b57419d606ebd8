/** Stands for Gmail's API, and answers with what takes longest to read; the last part of the path says what. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

const MB = 1_000_000;

const part = (mimeType: string, bytes: Buffer | string, contentType = mimeType) => ({
  partId: '0',
  mimeType,
  headers: [{ name: 'Content-Type', value: contentType }],
  body: { size: 1, data: Buffer.from(bytes).toString('base64url') },
});
const message = (payload: object) => JSON.stringify({ id: '1', threadId: '1', payload });
const letter = (...of: Parameters<typeof part>) => message(part(...of));
const addressed = (value: string) => ({
  ...part('text/plain', 'a'),
  headers: ['From', 'To', 'Cc', 'Reply-To'].map((name) => ({ name, value })),
});
const many = <T>(count: number, one: T) => Array.from({ length: count }, () => one);
const nested = (levels: number) =>
  `${'{"mimeType":"multipart/mixed","parts":['.repeat(levels)}{}${']}'.repeat(levels)}`;

/** More than an answer may be, so that it is read up to a cut. */
const cut = (rest: Buffer | string) =>
  Buffer.concat([
    Buffer.from('{"id":"1","payload":{"mimeType":"text/plain","body":{"data":"'),
    Buffer.from(rest as string),
    Buffer.alloc(21 * MB, 0x41),
  ]);

const ANSWERS: Readonly<Record<string, () => Buffer | string>> = {
  'charset-of-blanks': () => letter('text/plain', 'a', `text/plain; charset=${' '.repeat(2 * MB)}\u0001`),
  'charset-in-html': () => letter('text/html', `charset${' '.repeat(2 * MB)}`),
  'zero-bytes': () => letter('text/plain', Buffer.alloc(6 * MB)),
  'no-charset': () => letter('text/plain', Buffer.alloc(6 * MB, 0xff), 'text/plain; charset=iso-2022-jp'),
  'old-charset': () => letter('text/plain', Buffer.alloc(6 * MB, 0x82), 'text/plain; charset=cp437'),
  'blanks-and-words': () => letter('text/plain', 'a '.repeat(3 * MB)),
  'bold-tags': () => letter('text/html', '<b>'.repeat(2 * MB)),
  'nested-tags': () => letter('text/html', '<div><blockquote>'.repeat(300_000)),
  'one-tag': () => letter('text/html', `<a ${'b=c '.repeat(MB)}`),
  'same-passages': () =>
    message({ mimeType: 'multipart/mixed', parts: many(200, part('text/plain', ' a'.repeat(15_000))) }),
  'many-parts': () => message({ mimeType: 'multipart/mixed', parts: many(140_000, {}) }),
  'nested-parts': () => `{"id":"1","payload":${nested(80)}}`,
  'many-headers': () =>
    message({ ...part('text/plain', 'a'), headers: many(95_000, { name: 'x', value: 'y' }) }),
  'encoded-words': () => message(addressed('=?utf-8?q?a?= '.repeat(100_000))),
  'groups-of-addresses': () => message(addressed('a:b@c;'.repeat(300_000))),
  'quotes-of-addresses': () => message(addressed('\\"'.repeat(MB))),
  'cut-brackets': () => cut(`","x":${'['.repeat(8 * MB)}`),
  'cut-broken-characters': () => cut(Buffer.alloc(8 * MB, 0xff)),
  'cut-backslashes': () => cut('\\'.repeat(8 * MB)),
  'cut-escaped-quotes': () => cut('\\\\\\"'.repeat(2 * MB)),
  blanks: () => `{"id":"1"${' '.repeat(9 * MB)}}`,
  members: () => `{"id":"1","payload":{${many(290_000, '"a":1').join()}}}`,
  digits: () => `{"id":"1","payload":${'1'.repeat(9 * MB)}}`,
  conversation: () =>
    JSON.stringify({
      id: '1',
      messages: many(100, { id: '1', payload: addressed('=?utf-8?q?a?= '.repeat(1_500)) }),
    }),
};

const server = createServer((request, response) => {
  request.resume();
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
  const name = pathname.split('/').at(-1) ?? '';
  const isTree = searchParams.has('fields');
  const answer = isTree ? letter('text/plain', '') : (ANSWERS[name]?.() ?? '{}');
  response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port} ${Object.keys(ANSWERS).join()}\n`);
});
process.stdin.resume().once('end', () => process.exit());
