/**
 * The floor of a token read: a bare `http` server that does one indexed SELECT (prepared, over a pool of pg's default
 * size) and opens one AES-256-GCM value a request. Nobody is authenticated, nothing is recorded. With `UPSTREAM_URL` it
 * is the floor of a proxied call: what it opened goes to that address as a token, and the answer is passed through.
 */
import { createDecipheriv, createSecretKey } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import pg from 'pg';
import { Agent, request as undiciRequest } from 'undici';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
const key = createSecretKey(Buffer.from(process.env['FLOOR_KEY'] ?? '', 'base64'));
const SELECT = { name: 'floor', text: 'SELECT sealed FROM bench_floor WHERE id = $1' };

async function read(id: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ sealed: Buffer }>({ ...SELECT, values: [id] });
  const sealed = rows[0]?.sealed;
  if (!sealed) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(sealed.length - 16));
  return decipher.update(sealed.subarray(12, sealed.length - 16)).toString() + decipher.final().toString();
}

const upstreamUrl = process.env['UPSTREAM_URL'];
const dispatcher = new Agent();

async function passThrough(url: string, accessToken: string, response: ServerResponse): Promise<void> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const answer = await undiciRequest(url, { headers, dispatcher });
  response.writeHead(answer.statusCode, answer.headers);
  answer.body.pipe(response);
}

const server = createServer((request, response) => {
  request.resume();
  read((request.url ?? '').slice(1)).then(
    (accessToken) => {
      if (upstreamUrl !== undefined && accessToken !== undefined) {
        passThrough(upstreamUrl, accessToken, response).catch((error: unknown) =>
          response.destroy(error as Error),
        );
        return;
      }
      response.writeHead(accessToken === undefined ? 404 : 200, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
      });
      response.end(JSON.stringify({ accessToken, tokenType: 'Bearer' }));
    },
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().once('end', () => process.exit());
