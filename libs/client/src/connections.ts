import type {
  Connection,
  ConnectionAccessToken,
  ConnectionCheck,
  ConnectionStatus,
  TaskData,
} from './api-types.js';
import { ApprovalError } from './errors.js';
import { Pages } from './http/pages.js';
import type { ApiRequest, CallOptions, Requests } from './http/requests.js';

export interface ConnectionFilter {
  /** The connector's target: `google`. */
  readonly target?: string;
  readonly status?: ConnectionStatus;
  /** So many a page. */
  readonly limit?: number;
}

/** Accounts that users have connected. */
export class Connections {
  constructor(private readonly requests: Requests) {}

  list(
    filter: ConnectionFilter & { readonly userId?: string } = {},
    options?: CallOptions,
  ): Pages<Connection> {
    return new Pages<Connection>(this.requests, ['connections'], { ...filter }, options);
  }

  /** @throws ProblemError `not_found` */
  get(id: string, options?: CallOptions): Promise<Connection> {
    return this.send('GET', [id], options);
  }

  /** Names it. @throws ProblemError `alias_taken` */
  rename(id: string, alias: string | null, options?: CallOptions): Promise<Connection> {
    return this.send('PATCH', [id], options, { alias });
  }

  /** Refreshes its token now. @throws ProblemError `not_refreshable`, `reauthorization_required` */
  refresh(id: string, options?: CallOptions): Promise<Connection> {
    return this.send('POST', [id, 'refresh'], options);
  }

  /** Asks the provider whether the token works. */
  check(id: string, options?: CallOptions): Promise<ConnectionCheck> {
    return this.send('POST', [id, 'check'], options);
  }

  /**
   * Ends it, and revokes its tokens at the provider.
   * @throws ApprovalError when a person has to agree first: it is done by itself once they do
   */
  async disconnect(id: string, options?: CallOptions): Promise<Connection> {
    const answer = await this.send<Connection | TaskData>('DELETE', [id], options);
    if ('action' in answer) throw new ApprovalError(answer);
    return answer;
  }

  /** The token itself, for agents that may read it. Prefer an action. @throws ProblemError `raw_tokens_denied` */
  accessToken(id: string, options?: CallOptions): Promise<ConnectionAccessToken> {
    return this.send('GET', [id, 'access-token'], options);
  }

  private send<T>(
    method: ApiRequest['method'],
    path: readonly string[],
    options?: CallOptions,
    body?: object,
  ): Promise<T> {
    return this.requests.json<T>({ method, path: ['connections', ...path], body }, options);
  }
}
