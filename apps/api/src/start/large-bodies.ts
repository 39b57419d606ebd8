import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../platform/index.js';

/** Longest body everywhere else, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Longest body of a request that runs an action at once: 20 MiB of a file as base64, and some room. */
const MAX_ACTION_BODY_BYTES = 32 * 1024 * 1024;

/** More large bodies at a time would fill the memory. */
const LARGE_BODIES_AT_A_TIME = 4;

const TAKES_FILES = '/v1/actions/:action';

/**
 * Lets files in: running an action takes up to 32 MiB, everything else that reads its body whole, tasks
 * included, stays at 1 MiB. Of large bodies only a few are in memory at a time, and none of somebody unknown; the next is
 * asked to come back, and nothing of it is read.
 */
export function allowLargeActions(app: NestFastifyApplication): void {
  let inMemory = 0;
  const admit = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!isLarge(request)) return;
    // Whoever is refused need not be heard to the end.
    void reply.header('connection', 'close');
    if (inMemory >= LARGE_BODIES_AT_A_TIME || reply.raw.closed) throw busy();
    inMemory += 1;
    reply.raw.once('close', () => {
      inMemory -= 1;
    });
    reply.removeHeader('connection');
  };
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      if (route.url === TAKES_FILES)
        Object.assign(route, { bodyLimit: MAX_ACTION_BODY_BYTES, onRequest: admit });
    });
}

/** A body that does not say how long it is may be large. */
function isLarge({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'];
  return length === undefined ? headers['transfer-encoding'] !== undefined : Number(length) > MAX_BODY_BYTES;
}

const busy = () =>
  new Problem(
    503,
    'unavailable',
    'Too many large requests are under way; try again in a second.',
    { retryable: true },
    { 'retry-after': '1' },
  );
