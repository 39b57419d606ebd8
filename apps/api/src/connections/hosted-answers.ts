import type { FastifyReply } from 'fastify';
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
