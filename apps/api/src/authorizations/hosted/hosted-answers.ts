import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Problem } from '../../platform/index.js';
import {
  pagePolicy,
  renderNotice,
  renderPage,
  renderSignInNeeded,
  type HostedPage,
  type PageNeeds,
  type SignInText,
} from './hosted-page.html.js';

export interface HostedAnswerOptions extends PageNeeds {
  /** `same-origin` where a form is: stricter policies make browsers send it with the origin `null`. */
  readonly referrerPolicy?: 'same-origin' | 'no-referrer';
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

/** Answers browsers with our pages, under the name of the app that their readers know. */
@Injectable()
export class HostedAnswers {
  constructor(@Inject(SETTINGS_TOKEN) private readonly settings: Settings) {}

  /** The app in the middle of a sentence. */
  get app(): string {
    return this.settings.appName ?? 'your app';
  }

  /** Where a user opens our pages from, in the middle of a sentence. */
  get signedInApp(): string {
    const { appName } = this.settings;
    return appName === undefined ? 'the app where you are signed in' : `${appName}, where you are signed in`;
  }

  /** Answers with a page, which nobody on the way keeps. */
  send(
    reply: FastifyReply,
    status: number,
    page: HostedPage,
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
      .send(renderPage(page, this.settings.appName));
  }

  /** Asks a visitor who is not signed in to sign in, at the app's own page where it has one for that. */
  askWho(reply: FastifyReply, text: SignInText): void {
    const { signInUrl } = this.settings;
    const url = signInUrl === undefined ? undefined : new URL(signInUrl);
    url?.searchParams.set('continue', text.continuation);
    this.send(reply, 401, renderSignInNeeded(text, url?.href));
  }

  /** Runs a page; a problem becomes a page as well. */
  async guarded(reply: FastifyReply, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const page = renderNotice('This did not work', error.detail);
      this.send(reply, error.status, page, { referrerPolicy: 'no-referrer' });
    }
  }
}
