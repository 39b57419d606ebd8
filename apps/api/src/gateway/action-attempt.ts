import { Injectable } from '@nestjs/common';
import { ProviderError, type ActionCall, type ProviderCall } from '@valetkey/providers';
import { AccessTokens, type AccessToken, type SealedConnection } from '../connections/index.js';
import { Problem } from '../platform/index.js';
import type { CheckedRequest } from './action-run.js';
import { ProviderCalls } from './provider-calls.js';
import { RefusedTokens } from './refused-tokens.js';

/** A step of an action: a run, or the question whether it happened. */
export type Step<Result> = (call: ActionCall<unknown>) => Promise<Result>;

interface Attempt<Result> {
  readonly effectId: string;
  readonly step: Step<Result>;
  /** Every call to the provider is added here. */
  readonly calls: ProviderCall[];
}

/** Takes one step of an action under a user's token. */
@Injectable()
export class ActionAttempt {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly calls: ProviderCalls,
    private readonly refused: RefusedTokens,
  ) {}

  /** A 401 means that nothing happened: the token is refreshed and the step repeated once. */
  async take<Result>(
    request: CheckedRequest,
    connection: SealedConnection,
    { effectId, step, calls }: Attempt<Result>,
  ): Promise<Result> {
    const { action, input } = request;
    // A write is never given up: nobody would know whether it has happened.
    const given = action.effect === 'read' ? request.signal : undefined;
    const signal = given ?? new AbortController().signal;
    const onCall = (call: ProviderCall) => void calls.push(call);
    const take = async (token: AccessToken) =>
      step({ input, effectId, signal, http: await this.calls.http(action, token, onCall, given) });
    const token = await this.tokens.use(connection);
    try {
      return await take(token);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return this.again(request, token, take, error);
    }
  }

  /** Repeats the step with a new token, if there is one; a refusal that stays is investigated before it is reported. */
  private async again<Result>(
    request: CheckedRequest,
    { connection }: AccessToken,
    take: (token: AccessToken) => Promise<Result>,
    refusal: unknown,
  ): Promise<Result> {
    let last = refusal;
    if (connection.tokens?.refreshable) {
      try {
        return await take(await this.tokens.renew(connection));
      } catch (error) {
        if (!isRefusal(error) && !isOver(error)) throw error;
        last = error;
      }
    }
    await this.refused.isOver(connection, request);
    throw last;
  }
}

/** A 401: the provider does not accept the token, and did nothing. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ProviderError && error.code === 'reauthorization_required' && error.status === 401;
}

/** Whether the connection has no token that could work. */
export function isOver(error: unknown): boolean {
  return error instanceof Problem && ['reauthorization_required', 'token_not_found'].includes(error.code);
}
