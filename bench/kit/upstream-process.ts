/** Stands for a provider's API: answers each request at once with the same JSON, of `ANSWER_BYTES` bytes or as `ANSWER` says. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

const bytes = Number(process.env['ANSWER_BYTES'] ?? 1024);
const answer = process.env['ANSWER'] ?? JSON.stringify({ text: 'x'.repeat(bytes - '{"text":""}'.length) });
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) };

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, headers).end(answer);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().once('end', () => process.exit());
