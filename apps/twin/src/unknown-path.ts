import type { FastifyReply, FastifyRequest } from 'fastify';
import { providerOfPath } from './provider-name.js';

/** A path that the provider does not have, in the provider's words. */
export function answerUnknownPath(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?')[0] ?? request.url;
  switch (providerOfPath(path)) {
    case 'google':
      return reply
        .code(404)
        .type('text/html; charset=utf-8')
        .send(
          '<!doctype html><title>Error 404 (Not Found)</title><p>The requested URL was not found on this server.',
        );
    case 'github':
      return reply
        .code(404)
        .send({ message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' });
    case 'dropbox':
      return reply.code(400).type('text/plain; charset=utf-8').send(`Unknown API function: "${path}"`);
    default:
      return reply.code(404).send({ error: 'not found' });
  }
}
