import type {
  ActionDescription,
  ActionInput,
  ActionOutput,
  AnyAction,
  Approval,
  ApprovalAsk,
  Authorization,
  Connection,
  ConnectRequest,
  TaskApproval,
  TaskData,
  UserToken,
} from './api-types.js';
import type { ApprovalFilter } from './approvals.js';
import { ConnectLink } from './connect-link.js';
import type { ConnectionFilter } from './connections.js';
import { Pages } from './http/pages.js';
import type { CallOptions, Requests } from './http/requests.js';
import type { KnownProvider } from './proxy/provider-hosts.js';
import {
  providerFetch,
  type ProviderFetchOptions,
  type ProviderFetchSettings,
} from './proxy/provider-fetch.js';
import { Task } from './tasks/task.js';
import { UserTasks } from './tasks/tasks.js';
import type { ActionFilter, ToolFilter, ToolFormat, ToolFormats, ToolList } from './tools.js';

export interface ActOptions extends CallOptions {
  /** Needed when several connections of the user have the scopes. */
  readonly connectionId?: string | undefined;
  /** How much is asked for, should a person have to agree. */
  readonly approval?: ApprovalAsk | undefined;
  /** Seconds that the answer is held for a person to decide, 60 at most. */
  readonly waitSeconds?: number | undefined;
}

/** A call that has run, or one that waits for a person. */
export type Run<Output> =
  | { readonly done: true; readonly output: Output; readonly connectionId: string }
  | {
      readonly done: false;
      /** Runs by itself once a person agrees: `await run.task.result()`. */
      readonly task: Task<Output>;
      readonly approval: TaskApproval | undefined;
    };

/** Acts for one user. */
export class UserClient {
  readonly #requests: Requests;
  readonly #proxy: ProviderFetchSettings;
  readonly tasks: UserTasks;

  constructor(
    requests: Requests,
    proxy: ProviderFetchSettings,
    /** The id that your app uses for them. */
    readonly userId: string,
  ) {
    this.#requests = requests;
    this.#proxy = proxy;
    this.tasks = new UserTasks(requests, userId);
  }

  /**
   * Runs an action now. It is never sent twice: what must not be lost is a task.
   * @throws AuthorizationError with the link when the user has to consent; ProblemError; TimeoutError
   */
  async act<Id extends AnyAction>(
    action: Id,
    input: ActionInput<Id>,
    { connectionId, approval, waitSeconds = 0, ...options }: ActOptions = {},
  ): Promise<Run<ActionOutput<Id>>> {
    type Output = ActionOutput<Id>;
    const answer = await this.#requests.json<{ output: Output; connectionId: string } | TaskData>(
      {
        method: 'POST',
        path: ['actions', action],
        body: { userId: this.userId, input, connectionId, approval },
        ...(waitSeconds > 0 ? { headers: { prefer: `wait=${Math.ceil(waitSeconds)}` } } : {}),
      },
      options,
    );
    if (!('status' in answer)) return { done: true, ...answer };
    return { done: false, task: new Task<Output>(this.#requests, answer), approval: answer.approval };
  }

  /** Actions, with whether this user can use them. */
  async actions(filter: ActionFilter = {}, options?: CallOptions): Promise<ActionDescription[]> {
    const query = { ...filter, userId: this.userId };
    const request = { method: 'GET', path: ['actions'], query } as const;
    return (await this.#requests.json<{ data: ActionDescription[] }>(request, options)).data;
  }

  /** Actions as tools that go to a model's API as they are. `act` takes a tool's name, too. */
  async tools<Format extends ToolFormat = 'mcp'>(
    filter: ToolFilter<Format> = {},
    options?: CallOptions,
  ): Promise<ToolFormats[Format][]> {
    return (await this.toolList<Format>(filter, options)).data;
  }

  /** The same, with whether this user can use each of them, by its name. */
  toolList<Format extends ToolFormat = 'mcp'>(
    filter: ToolFilter<Format> = {},
    options?: CallOptions,
  ): Promise<ToolList<Format>> {
    const query = { ...filter, userId: this.userId };
    return this.#requests.json<ToolList<Format>>({ method: 'GET', path: ['tools'], query }, options);
  }

  /** Makes a link on which the user connects an account at `target`, or grants more. @throws ProblemError */
  async connect(target: string, request: ConnectRequest = {}, options?: CallOptions): Promise<ConnectLink> {
    const body = { ...request, target, userId: this.userId };
    const made = await this.#requests.json<Authorization>(
      { method: 'POST', path: ['authorizations'], body },
      options,
    );
    return new ConnectLink(this.#requests, made);
  }

  connections(filter: ConnectionFilter = {}, options?: CallOptions): Pages<Connection> {
    const query = { ...filter, userId: this.userId };
    return new Pages<Connection>(this.#requests, ['connections'], query, options);
  }

  /** Calls for this user that wait for a person, and those that were decided; newest first. */
  approvals(filter: ApprovalFilter = {}, options?: CallOptions): Pages<Approval> {
    const query = { ...filter, userId: this.userId };
    return new Pages<Approval>(this.#requests, ['approvals'], query, options);
  }

  /** A token with which the user speaks for themselves: for your front end, and for the form that opens links. */
  token(expiresInSeconds?: number, options?: CallOptions): Promise<UserToken> {
    const body = expiresInSeconds === undefined ? {} : { expiresIn: expiresInSeconds };
    const path = ['users', this.userId, 'tokens'];
    return this.#requests.json<UserToken>({ method: 'POST', path, body }, options);
  }

  /** A `fetch` for the provider's own client library: `new Octokit({ request: { fetch: ada.fetch('github') } })`. */
  fetch(provider: KnownProvider | (string & {}), options: ProviderFetchOptions = {}): typeof fetch {
    return providerFetch(this.#proxy, { ...options, provider, userId: this.userId });
  }
}
