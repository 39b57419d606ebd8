import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { backoffMs } from '@valetkey/providers';
import { ProxiedCalls, type ForwardRequest, type ProxiedAnswer } from '../gateway/index.js';
import { invalidInput, Problem } from '../platform/index.js';

/** How often a request is sent again, and after which statuses. */
export interface Repeats {
  readonly times: number;
  /** Beside 429 and those from 500 on. */
  readonly alsoAfter: readonly number[];
}

type ProxyCaller = Omit<Parameters<ProxiedCalls['call']>[1], 'waitMs'>;

const MOST_REPEATS = 5;
const WAITS = { firstMs: 500, longestMs: 5_000 };
/** After a longer `Retry-After` the caller gets the answer and decides itself. */
const LONGEST_WAIT_MS = 10_000;

/** @throws Problem 400 for headers that are no numbers */
export function readRepeats(retries: string | undefined, retryOn: string | undefined): Repeats {
  const times = Number(retries ?? 0);
  if (!Number.isInteger(times) || times < 0) throw invalidInput('Retries: must be a whole number');
  const alsoAfter = (retryOn ?? '').split(',').filter(Boolean).map(Number);
  if (alsoAfter.length > 100 || alsoAfter.some((status) => !Number.isInteger(status)))
    throw invalidInput('Retry-On: must be statuses with commas between them');
  return { times: Math.min(times, MOST_REPEATS), alsoAfter };
}

/** Sends reads again that failed for a while. A write is never repeated: nobody here knows whether it has happened. */
@Injectable()
export class RepeatedReads {
  constructor(private readonly calls: ProxiedCalls) {}

  /**
   * @param isGone whether the caller still waits
   * @throws Problem as `ProxiedCalls.call` does
   */
  async call(
    request: ForwardRequest,
    who: ProxyCaller,
    repeats: Repeats,
    isGone: () => boolean,
  ): Promise<ProxiedAnswer> {
    const isRead = ['GET', 'HEAD'].includes(request.method) && !request.body;
    const times = isRead ? repeats.times : 0;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(request, who);
      const waitMs = attempt > times || isGone() ? undefined : this.waitMs(outcome, repeats, attempt);
      if (waitMs === undefined) {
        if (outcome instanceof Problem) throw outcome;
        return outcome;
      }
      if (!(outcome instanceof Problem) && 'body' in outcome) this.calls.discard(outcome);
      await sleep(waitMs);
    }
  }

  private async attempt(request: ForwardRequest, who: ProxyCaller): Promise<ProxiedAnswer | Problem> {
    try {
      return await this.calls.call(request, { ...who, waitMs: 0 });
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  }

  /** `undefined`: this one is final. */
  private waitMs(outcome: ProxiedAnswer | Problem, { alsoAfter }: Repeats, attempt: number) {
    if ('task' in outcome) return undefined;
    const { status, headers } = outcome;
    if (status !== 429 && status < 500 && !alsoAfter.includes(status)) return undefined;
    const wanted = Number(headers['retry-after'] ?? 0) * 1_000;
    const waitMs = Math.max(Number.isNaN(wanted) ? 0 : wanted, backoffMs(WAITS, attempt));
    return waitMs > LONGEST_WAIT_MS ? undefined : waitMs;
  }
}
