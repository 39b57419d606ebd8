import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import type { Socket } from 'node:net';
import { Problem, problemBody } from '../platform/index.js';
import { SlowClientGuard } from './slow-client-guard.js';

const HEADERS_MS = 20_000;
const LOOK_EVERY_MS = 2_000;
/** Longer than load balancers keep an idle connection, so that they close it first. */
const KEEP_ALIVE_MS = 72_000;
/** For the rest of a body after the response was sent. */
const REST_MS = 30_000;
/** How long a client may go on sending after the last response of its connection. */
const LINGER_MS = 5_000;
/** A connection without traffic for this long, in a request or its response, is abandoned. */
const SILENCE_MS = 10 * 60_000;

/** An HTTP server without unlimited waits: for headers, bodies, readers of responses, and next requests. */
export function createHttpServer(handle: RequestListener): Server {
  const pace = new SlowClientGuard();
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      // Bodies have their pace.
      requestTimeout: 0,
      connectionsCheckingInterval: LOOK_EVERY_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => {
      // It arrived after the last response of its connection; there will be no other.
      const { socket } = request;
      if (socket.writableEnded) return void socket.destroy();
      if (hasBody(request)) {
        pace.watch(request);
        response.once('finish', () => discardRest(request));
      }
      handle(request, response);
    },
  );
  server.timeout = SILENCE_MS;
  server.on('connection', (socket) => {
    socket.destroySoon = () => endGently(socket);
  });
  pace.hold(server);
  return server;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
}

/**
 * Some clients read no response before they have sent their whole body, and a closed connection loses the response: the
 * rest of the body is read for a while, and dropped.
 */
function discardRest(request: IncomingMessage): void {
  if (request.complete) return;
  // Its previous reader takes no more of it.
  request.unpipe().resume();
  const timer = setTimeout(() => request.destroy(), REST_MS).unref();
  request.once('close', () => clearTimeout(timer));
}

/**
 * Ends a connection after its last response. Node would close it at once; data that its client still sends would then
 * be answered with a reset, and the client would lose a response that it has not read yet (RFC 9112, section 9.6).
 */
function endGently(socket: Socket): void {
  if (socket.writableEnded) return;
  socket.end();
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Answers a malformed request, and closes its connection. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET') return void socket.destroy();
  // Data after a response is no longer read.
  if (socket.writableEnded) return;
  if (socket.writable) {
    const problem = unreadable(error.code);
    const body = JSON.stringify(problemBody(problem));
    socket.write(
      [
        `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
        'content-type: application/problem+json',
        `content-length: ${Buffer.byteLength(body)}`,
        'cache-control: no-store',
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  }
  endGently(socket);
}

function unreadable(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Problem('request_timeout.headers', { seconds: HEADERS_MS / 1000 });
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('headers_too_large');
  return new Problem('invalid_request');
}
