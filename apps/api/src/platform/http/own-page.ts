import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/index.js';

/**
 * For what a browser must only be asked to do by a page of ours. Browsers always say where a form stands; who says
 * nothing is none, and sends no cookie by accident. @throws Problem 403 `origin_not_allowed`
 */
export function requireOwnPage({ headers }: Pick<FastifyRequest, 'headers'>, publicUrl: string): void {
  const site = headers['sec-fetch-site'];
  const { origin } = headers;
  const isOwn =
    site === undefined
      ? origin === undefined || origin === new URL(publicUrl).origin || isOfHost(origin, headers.host)
      : site === 'same-origin' || site === 'none';
  if (!isOwn) throw new Problem('origin_not_allowed');
}

/** An operator may have opened the dashboard under another name of this machine. */
function isOfHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
