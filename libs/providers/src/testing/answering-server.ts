import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: string;
  /** Parsed JSON body, `undefined` without one. */
  readonly body: unknown;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Strings and bytes as they are, all else as JSON. */
  readonly body?: unknown;
}

/** An answer of which more than the body matters, where a body alone is expected. */
export class FullReply {
  constructor(readonly reply: Reply) {}
}

export const asReply = (answer: unknown): Reply =>
  answer instanceof FullReply ? answer.reply : { body: answer };

/** A real HTTP server on loopback that answers as it is told and remembers what it was asked. */
export interface AnsweringServer {
  readonly origin: string;
  readonly requests: RecordedRequest[];
  /** Replaces the answers and forgets earlier requests. `'hang'` never answers, `'drop'` cuts the line. */
  answerWith(reply: (request: RecordedRequest) => Reply | 'hang' | 'drop'): void;
  close(): Promise<void>;
}

function write(response: ServerResponse, { status = 200, headers = {}, body }: Reply): void {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(isRaw || body === undefined ? body : JSON.stringify(body));
}

export async function startAnsweringServer(): Promise<AnsweringServer> {
  let reply: (request: RecordedRequest) => Reply | 'hang' | 'drop' = () => ({ status: 404 });
  const requests: RecordedRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '/', 'http://loopback');
      const rawBody = Buffer.concat(chunks).toString('utf8');
      const isJson = incoming.headers['content-type']?.includes('json') && rawBody !== '';
      const { method = '', headers } = incoming;
      const body: unknown = isJson ? JSON.parse(rawBody) : undefined;
      const request = { method, path: url.pathname, query: url.searchParams, headers, rawBody, body };
      requests.push(request);
      const answer = reply(request);
      if (answer === 'drop') response.destroy();
      else if (answer !== 'hang') write(response, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: (next) => {
      reply = next;
      requests.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
