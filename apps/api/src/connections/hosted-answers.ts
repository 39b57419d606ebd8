import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../platform/index.js';
import { pagePolicy, renderNotice, type PageNeeds } from './hosted-page.html.js';

export interface HostedAnswerOptions extends PageNeeds {
  /** `same-origin` where a form is: stricter policies make browsers send it with the origin `null`. */
  readonly referrerPolicy?: 'same-origin' | 'no-referrer';
}

/** Answers with one of our pages, which nobody on the way keeps. */
export function sendHtml(
  reply: FastifyReply,
  status: number,
  html: string,
  { referrerPolicy = 'same-origin', ...needs }: HostedAnswerOptions = {},
): void {
  void reply
    .status(status)
    .headers({
      'content-security-policy': pagePolicy(needs),
      'cache-control': 'no-store',
      'referrer-policy': referrerPolicy,
    })
    .type('text/html; charset=utf-8')
    .send(html);
}

/**
 * Whether a browser only looks ahead, for a visit that may never come: its answer is thrown away or kept, so nothing is
 * spent for it. `Sec-Purpose` is the standard's, the others are older browsers' and mail programs'.
 */
export function isLookingAhead({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): boolean {
  const purposes = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => headers[name]);
  return (
    method === 'HEAD' || purposes.some((value) => /prefetch|prerender|preview/i.test(String(value ?? '')))
  );
}

/** An answer that no browser keeps or shows: it asks again when the visit comes. */
export function sendNothingYet(reply: FastifyReply, method: string): void {
  void reply
    .status(method === 'HEAD' ? 200 : 503)
    .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    .send();
}

/** Runs a page; a problem becomes a page as well. */
export async function guarded(reply: FastifyReply, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const html = renderNotice('This did not work', error.detail);
    sendHtml(reply, error.status, html, { referrerPolicy: 'no-referrer' });
  }
}
