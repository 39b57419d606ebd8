import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server with scripted responses, and the requests that it got. */
export interface Host {
  readonly url: string;
  readonly server: Server;
  readonly received: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingHttpHeaders;
  }[];
  answer: { status?: number; headers?: Record<string, string>; body?: string | object };
}

/** Starts a server on a port of its own with scripted responses. */
export async function startHost(): Promise<Host> {
  const received: Host['received'] = [];
  const server = createServer((incoming, outgoing) => {
    received.push({ method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers });
    const { status = 200, headers = {}, body = '' } = host.answer;
    const json = typeof body !== 'string';
    incoming.resume().once('end', () => {
      const text = json ? JSON.stringify(body) : body;
      outgoing.writeHead(status, {
        'content-length': Buffer.byteLength(text),
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...headers,
      });
      outgoing.end(text);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host: Host = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ server, received, answer: {} },
  };
  return host;
}
