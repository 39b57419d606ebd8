import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../platform/index.js';

/** Longest body everywhere else, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Longest body of a request that runs an action at once: 20 MiB of a file as base64, and some room. */
const MAX_ACTION_BODY_BYTES = 32 * 1024 * 1024;

/** More large bodies at a time would fill the memory: bodies are read before their sender is known. */
const LARGE_BODIES_AT_A_TIME = 4;

const TAKES_FILES = '/v1/actions/:action';

/**
 * Lets files in: running an action takes up to 32 MiB, everything else that reads its body whole, tasks included, stays at 1 MiB. Of large
 * bodies only a few are in memory at a time; the next is asked to come back, and nothing of it is read.
 */
export function allowLargeActions(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  let inMemory = 0;
  server.addHook('onRoute', (route) => {
    if (route.url === TAKES_FILES) route.bodyLimit = MAX_ACTION_BODY_BYTES;
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url !== TAKES_FILES || !isLarge(request)) return done();
    if (inMemory >= LARGE_BODIES_AT_A_TIME) return refuse(reply, request, busy());
    inMemory += 1;
    reply.raw.once('close', () => {
      inMemory -= 1;
    });
    done();
  });
}

/** A body that does not say how long it is may be large. */
function isLarge({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'];
  return length === undefined ? headers['transfer-encoding'] !== undefined : Number(length) > MAX_BODY_BYTES;
}

/** The connection is closed, so that the body is not read only to be thrown away. */
function refuse(reply: FastifyReply, request: FastifyRequest, problem: Problem): void {
  void reply
    .status(problem.status)
    .headers({ ...problem.headers, connection: 'close', 'cache-control': 'no-store' })
    .type('application/problem+json')
    .send(JSON.stringify(problem.body(request.id)));
}

const busy = () =>
  new Problem(
    503,
    'unavailable',
    'Too many large requests are under way; try again in a second.',
    { retryable: true },
    { 'retry-after': '1' },
  );
