import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ProviderError } from '@valetkey/providers';
import { PoliciesService } from '../../policies/index.js';
import { inputProblem, Problem } from '../../platform/index.js';
import type { ActionRequest, ActionResult, CheckedRequest, JudgedRun } from '../action-run.js';
import { ForwardCall } from './forward-call.js';
import { discardAnswer, jsonOf, type ForwardAnswer } from './forwarded-answer.js';
import {
  heldBody,
  heldRequest,
  proxiedProvider,
  proxyAction,
  textOf,
  type HeldRequest,
} from './held-request.js';
import { JudgedRequests, policySubject } from './judged-requests.js';

/** Longest body of an answer that is kept for the caller. */
const MOST_ANSWER_BYTES = 2 * 1024 * 1024;

/** The answer of a provider to a request that waited for a person. */
export interface HeldAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly encoding?: 'utf8' | 'base64';
  /** The body was too long to be kept, or broke off. */
  readonly isCut?: true;
}

/** Requests of the proxy that wait for a person: judged like any, and sent by the proxy once. */
@Injectable()
export class HeldRequests {
  constructor(
    private readonly judged: JudgedRequests,
    private readonly policies: PoliciesService,
    private readonly forwarding: ForwardCall,
  ) {}

  /** @throws Problem 404 `unknown_action`, 400 `invalid_input`, those of the proxy, 403 by policy */
  async judge({ action: id, input, ...request }: ActionRequest): Promise<JudgedRun> {
    const provider = proxiedProvider(id);
    if (!provider) throw new Problem('unknown_action', { action: id.slice(0, 100) });
    const parsed = heldRequest.safeParse(input);
    if (!parsed.success)
      throw inputProblem(
        parsed.error.issues.map(({ path, message }) => ({ path: ['input', ...path].join('.'), message })),
      );
    const held = parsed.data;
    const proxied = await this.judged.judge({
      provider: provider.id,
      method: held.method,
      base: held.base,
      target: held.target,
      headers: { ...held.headers, 'content-type': held.contentType },
      peek: () => Promise.resolve(peeked(held)),
    });
    const { principal, userId, trace, permit, effectId } = request;
    const question = { principal, userId, effectId, ...policySubject(proxied) };
    const need = await this.policies.requireOrApproval(question, trace);
    const checked = { ...request, action: proxyAction(provider, proxied.judged.effect), input: held };
    return need && !permit?.covers(need) ? { ...checked, need } : checked;
  }

  /**
   * Sends it by the ordinary way of the proxy, which asks the policy again and spends the approval.
   * @throws Problem, or ProviderError where the provider refused, or may have acted
   */
  async run(request: CheckedRequest, effectId: string): Promise<ActionResult> {
    const { principal, userId, connectionId, trace, action } = request;
    const held = request.input as HeldRequest;
    let mayHaveHappened = false;
    const onFailure = (may: boolean) => (mayHaveHappened = may);
    try {
      const answer = await this.forwarding.forward({
        principal,
        userId,
        connectionId,
        trace,
        provider: action.provider,
        method: held.method,
        base: held.base,
        target: held.target,
        headers: held.headers,
        body: heldBody(held),
        held: { request, effectId, onFailure },
      });
      return { output: await this.kept(request, answer), connectionId: connectionId ?? '' };
    } catch (error) {
      if (!mayHaveHappened || action.effect === 'read' || !(error instanceof Problem)) throw error;
      const { provider } = action;
      throw new ProviderError({ provider, code: 'unavailable', retryable: false, mayHaveHappened });
    }
  }

  /** @throws ProviderError for an answer to a task that refuses, as the provider means it; other callers get it as it is */
  private async kept({ action, taskId }: CheckedRequest, answer: ForwardAnswer): Promise<HeldAnswer> {
    const { status, received } = answer;
    if (status >= 400 && taskId !== undefined) {
      discardAnswer(answer);
      const provider = proxiedProvider(action.id);
      const failure = provider?.classifyFailure({
        status,
        headers: received,
        body: jsonOf(answer),
        now: Date.now(),
      });
      const mayHaveHappened = status >= 500 && action.effect !== 'read';
      const code = failure?.code ?? 'unexpected_response';
      throw new ProviderError({ provider: action.provider, ...failure, code, status, mayHaveHappened });
    }
    const { headers } = answer;
    const bytes = await wholeOf(answer.body);
    if (bytes === undefined) return { status, headers };
    return bytes === 'cut' ? { status, headers, isCut: true } : { status, headers, ...textOf(bytes) };
  }
}

function peeked(held: HeldRequest) {
  return held.body === undefined
    ? undefined
    : { bytes: Buffer.from(held.body, held.encoding ?? 'utf8'), isWhole: true };
}

/** The body of an answer that has come: one that is too long or breaks off has been sent for all that. */
async function wholeOf(body: ForwardAnswer['body']): Promise<Buffer | 'cut' | undefined> {
  if (!(body instanceof Readable)) return body;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MOST_ANSWER_BYTES) return 'cut';
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch {
    return 'cut';
  }
}
