/** The receiver of docs/webhooks.md, as it stands there. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Server as Receiver } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { layDocs, startServer, type Server } from './kit/index.js';

type Read = (key: string, headers: Record<string, string>, body: string) => unknown;
type ReadMessage = (headers: Record<string, string>, body: string) => unknown;

interface Example {
  readonly readBySecret: Read;
  readonly readByPublicKey: Read;
  readonly receiver: (read: ReadMessage, handle: (message: unknown) => void) => Receiver;
}

let directory: string;
let example: Example;
let server: Server;
beforeAll(async () => {
  directory = layDocs('docs/webhooks.md');
  example = await import(pathToFileURL(join(directory, 'receiver.mjs')).href);
  server = await startServer({ env: { VALETKEY_DEMO: 'off' } });
});
afterAll(async () => {
  await server?.destroy();
  rmSync(directory, { recursive: true, force: true });
});

interface Endpoint {
  readonly id: string;
  readonly secret: string;
  readonly secrets: readonly { readonly publicKey: string }[];
}

describe.each<[string, keyof Example & `read${string}`, (endpoint: Endpoint) => string]>([
  ['the secret', 'readBySecret', ({ secret }) => secret],
  ['the public key', 'readByPublicKey', ({ secrets }) => secrets[0]?.publicKey ?? ''],
])('a receiver that has %s', (_, name, keyOf) => {
  it('takes messages of its endpoint, and refuses those of another and those that were changed', async () => {
    const taken: unknown[] = [];
    let key = '';
    const read: ReadMessage = (headers, body) => example[name](key, headers, body);
    const receiver = example.receiver(read, (message) => void taken.push(message));
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const add = async (): Promise<Endpoint> => (await server.operator.post('/v1/webhooks', { url })).body;
    const [own, other] = [await add(), await add()];
    const test = async ({ id }: Endpoint) => (await server.operator.post(`/v1/webhooks/${id}/test`)).body;
    key = keyOf(own);
    expect((await test(own)).status).toBe('succeeded');
    expect(await test(other)).toMatchObject({ status: 'failed', log: [{ status: 401 }] });
    expect(taken).toEqual([expect.objectContaining({ type: 'webhook.test' })]);
    const now = Math.floor(Date.now() / 1_000);
    const forged = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(now),
      'webhook-signature': 'v1a,AAAA v1,AAAA',
    };
    expect((await fetch(url, { method: 'POST', headers: forged, body: '{}' })).status).toBe(401);
    const old = { ...forged, 'webhook-timestamp': String(now - 3_600) };
    expect((await fetch(url, { method: 'POST', headers: old, body: '{}' })).status).toBe(401);
    receiver.closeAllConnections();
    receiver.close();
  });
});
