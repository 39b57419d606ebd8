import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import * as oauth from 'oauth4webapi';
import { fetch as undiciFetch, type Agent } from 'undici';
import { neverSent } from '@valetkey/providers';
import { Outgoing, PRIVATE_ADDRESS, Problem } from '../platform/index.js';

const MAX_ANSWER_BYTES = 512 * 1024;

/** The authorization server could not be reached, or what came back is no answer of one. Says nothing about a grant. */
export class AuthorizationServerUnavailable extends Error {
  override readonly name = 'AuthorizationServerUnavailable';

  constructor(
    reason: string,
    readonly retryAfterMs?: number,
    /** Whether the request may have been carried out all the same. */
    readonly mayHaveArrived = true,
  ) {
    super(`the authorization server did not answer properly: ${reason}`);
  }
}

/**
 * The server is there, and is not what the connector takes it for: nobody but an operator can mend that. For a grant it
 * is as if the server were away.
 */
export class ConnectorFault extends AuthorizationServerUnavailable {
  constructor(
    readonly fault: string,
    mayHaveArrived = false,
  ) {
    super(fault, undefined, mayHaveArrived);
  }
}

/** The problem of a connector that is not set up right: trying again does not help. */
export function misconfigured(fault: string): Problem {
  return new Problem('connector_misconfigured.fault', { fault });
}

/** The problem of an authorization server that is down; what the caller holds may still be good. */
export function unavailableProblem(error: AuthorizationServerUnavailable): Problem {
  if (error instanceof ConnectorFault) return misconfigured(error.fault);
  const { retryAfterMs: wait } = error;
  return new Problem('provider_unavailable.answer', { retryAfterMs: wait });
}

/** Requests to authorization servers: bounded answers, no redirects, no keeping of a slow server's time. */
@Injectable()
export class OAuthHttp implements OnApplicationShutdown {
  private readonly pool: Agent;

  constructor(outgoing: Outgoing) {
    this.pool = outgoing.agent({ connections: 32, maxResponseSize: MAX_ANSWER_BYTES, connectMs: 5_000 });
  }

  /**
   * As `fetch`. The answer's body is read within the time limit, so that later steps only judge.
   * @throws AuthorizationServerUnavailable
   */
  async fetch(url: string, init: RequestInit, timeoutMs: number): Promise<Response> {
    try {
      const answer = await undiciFetch(url, {
        ...(init as object),
        redirect: 'manual',
        dispatcher: this.pool,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const body = answer.status === 204 ? null : await answer.arrayBuffer();
      return new Response(body, { status: answer.status, headers: [...answer.headers] });
    } catch (error) {
      const code = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
      const wasSent = code !== PRIVATE_ADDRESS && !neverSent.has(code);
      throw new AuthorizationServerUnavailable(code, undefined, wasSent);
    }
  }

  /**
   * For requests through `oauth4webapi`: the same, in our name.
   * @param changed the request as a server wants it that is no standard one
   */
  options(timeoutMs: number, changed: (init: RequestInit) => RequestInit = (init) => init) {
    return {
      [oauth.customFetch]: (url: string, init: oauth.CustomFetchOptions<string, unknown>) =>
        this.fetch(url, changed(init as RequestInit), timeoutMs),
      // Plain http is kept to loopback where endpoints are configured and discovered.
      [oauth.allowInsecureRequests]: true,
      headers: { 'user-agent': 'valetkey', accept: 'application/json' },
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.destroy();
  }
}
