import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { takesFile } from '../gateway/index.js';
import { Problem, readJson } from '../platform/index.js';

const KIB = 1024;

/** Longest body everywhere else, in bytes. */
export const MAX_BODY_BYTES = 1024 * KIB;

/** Longest body of a request that runs an action with a file: 20 MiB of it as base64, and some room. */
const MAX_FILE_BODY_BYTES = 32 * 1024 * KIB;

/** For routes without credentials: a user token in a form of the connect page is the longest legitimate body. */
const MAX_PUBLIC_BODY_BYTES = 16 * KIB;

/** An e-mail address and a password. */
const MAX_SIGN_IN_BYTES = 4 * KIB;

/** More large bodies at a time would exhaust the memory. */
const LARGE_BODIES_AT_A_TIME = 4;

const TAKES_FILES = '/v1/actions/:action';
const TAKES_DOCUMENTS = ['/v1/operator/providers', '/v1/operator/provider-previews'];
const SIGN_IN = '/v1/operator/session';

/**
 * Reads the bodies of requests, within the limit of their route: an action that takes a file and a description of an API have up to 32 MiB, other
 * bodies that are read whole, tasks included, 1 MiB, and routes without credentials a few KiB. Only a few large bodies
 * are in memory at a time; further ones are refused unread, with a Retry-After.
 */
export function readBodies(app: NestFastifyApplication): void {
  const acquireLarge = largeBodies();
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    if (route.url === TAKES_FILES || TAKES_DOCUMENTS.includes(route.url))
      Object.assign(route, { bodyLimit: MAX_FILE_BODY_BYTES, onRequest: acquireLarge });
    else if (route.url === SIGN_IN) route.bodyLimit = MAX_SIGN_IN_BYTES;
    else if (route.config?.access?.publicBecause) route.bodyLimit = MAX_PUBLIC_BODY_BYTES;
  });
  // Runs before any body is read. A body that is forwarded to a provider has been set aside and is not parsed.
  fastify.addHook('preParsing', (request, _reply, _payload, done) => {
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    const isEncoded = hasBody(request) && encoding.trim().toLowerCase() !== 'identity';
    done(isEncoded ? encodedBody() : null);
  });
  app.useBodyParser('application/json', {}, (request, body: Buffer, done) => {
    if (body.length > MAX_BODY_BYTES && !takesLarge(request as FastifyRequest)) return done(tooLarge());
    // Parsed in a turn of the event loop of its own: other requests may have waited.
    setImmediate(() => {
      try {
        done(null, readJson(body, (request as FastifyRequest).routeOptions.config.jsonMembers));
      } catch (error) {
        done(error as Error);
      }
    });
  });
}

function largeBodies() {
  let inMemory = 0;
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (!isLarge(request)) return;
    // The rest of a refused body is not read.
    void reply.header('connection', 'close');
    if (!takesLarge(request) && Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
      throw tooLarge();
    if (inMemory >= LARGE_BODIES_AT_A_TIME || reply.raw.closed) throw busy();
    inMemory += 1;
    reply.raw.once('close', () => {
      inMemory -= 1;
    });
    reply.removeHeader('connection');
  };
}

const takesLarge = (request: FastifyRequest): boolean =>
  takesFile(actionOf(request)) || TAKES_DOCUMENTS.includes(request.routeOptions.url ?? '');

const actionOf = ({ params }: FastifyRequest) => (params as { action?: string } | null)?.action ?? '';

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** A body without Content-Length may be large. */
function isLarge(request: FastifyRequest): boolean {
  const length = request.headers['content-length'];
  return length === undefined ? hasBody(request) : Number(length) > MAX_BODY_BYTES;
}

const tooLarge = () => new Problem('payload_too_large.body');

const encodedBody = () =>
  new Problem('unsupported_media_type.encoding', {}, { 'accept-encoding': 'identity' });

const busy = () => new Problem('unavailable.large_requests', {}, { 'retry-after': '1' });
