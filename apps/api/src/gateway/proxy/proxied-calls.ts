import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApprovalNeeded } from '../action-run.js';
import { HeldRuns, type HeldAnswer, type HeldRun } from '../held-runs.js';
import { ForwardCall } from './forward-call.js';
import { discardAnswer, type ForwardAnswer } from './forwarded-answer.js';
import type { ForwardRequest } from './forwarded-request.js';
import type { HeldAnswer as KeptAnswer } from './held-requests.js';

/** Content of a provider must not run on our origin. */
const SANDBOX = "default-src 'none'; sandbox";

/** The provider's answer, or the task that waits for a person. */
export type ProxiedAnswer =
  Pick<ForwardAnswer, 'status' | 'headers' | 'body'> | Extract<HeldAnswer, { task: unknown }>;

/** The one way of a proxied request, whatever address it comes by. */
@Injectable()
export class ProxiedCalls {
  constructor(
    private readonly calls: ForwardCall,
    private readonly held: HeldRuns,
  ) {}

  /** @throws Problem as `ForwardCall.forward` does */
  async call(
    request: ForwardRequest,
    who: Pick<HeldRun, 'caller' | 'trace' | 'waitMs'>,
  ): Promise<ProxiedAnswer> {
    try {
      return await this.calls.forward(request);
    } catch (error) {
      if (!(error instanceof ApprovalNeeded)) throw error;
      const input = error.request.input as Record<string, unknown>;
      const held = await this.held.hold({ needed: error, input, approval: undefined, ...who });
      return 'task' in held ? held : passedOn(held.output as KeptAnswer);
    }
  }

  /**
   * @param vary names of headers that a cached response depends on: the next request may be another user's
   * @param waitMs how long the answer may have been held for a decision
   */
  send(reply: FastifyReply, answer: ProxiedAnswer, vary: string, waitMs: number): void {
    if ('task' in answer) {
      if (waitMs > 0) void reply.header('preference-applied', `wait=${waitMs / 1_000}`);
      void reply.status(202).headers({ vary, 'valetkey-error': 'approval_required' }).send(answer.task);
      return;
    }
    void reply
      .status(answer.status)
      .headers({
        ...answer.headers,
        vary: [reply.getHeader('vary'), answer.headers['vary'], vary].filter(Boolean).join(', '),
        'content-security-policy': SANDBOX,
      })
      .send(answer.body);
  }

  /** Drops an answer that is not sent. */
  discard(answer: Pick<ForwardAnswer, 'body'>): void {
    discardAnswer(answer);
  }
}

/** An answer that was kept, as it came. */
function passedOn({ status, headers, body, encoding = 'utf8', isCut }: KeptAnswer) {
  const { 'content-length': _, ...rest } = headers;
  const shown = isCut ? { ...rest, 'valetkey-error': 'response_too_large' } : rest;
  return { status, headers: shown, body: body === undefined ? undefined : Buffer.from(body, encoding) };
}
