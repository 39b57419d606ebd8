import type { FastifyReply, FastifyRequest } from 'fastify';
import { queryOf } from '../oauth/request-form.js';
import type { World } from '../world.js';

/** Cuts the asked page out of a list and sets the `Link` header. */
export function linkedPage<T>(world: World, request: FastifyRequest, reply: FastifyReply, all: T[]): T[] {
  const query = queryOf(request);
  const size = Math.min(100, positive(query.per_page, 30));
  const page = positive(query.page, 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const links: string[] = [];
  const link = (rel: string, target: number) => {
    const url = new URL(request.url, world.url);
    url.searchParams.set('page', String(target));
    links.push(`<${url.href}>; rel="${rel}"`);
  };
  if (page > 1) link('prev', page - 1);
  if (page < last) {
    link('next', page + 1);
    link('last', last);
  }
  if (page > 1) link('first', 1);
  if (links.length) reply.header('link', links.join(', '));
  return all.slice((page - 1) * size, page * size);
}

function positive(text: string | undefined, fallback: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}
