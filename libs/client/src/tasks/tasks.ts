import type {
  ActionInput,
  ActionOutput,
  AnyAction,
  ApprovalAsk,
  TaskData,
  TaskStatus,
} from '../api-types.js';
import { Pages } from '../http/pages.js';
import type { CallOptions, Requests } from '../http/requests.js';
import { Task } from './task.js';

export interface TaskFilter {
  readonly status?: TaskStatus;
  readonly action?: AnyAction;
  /** So many a page. */
  readonly limit?: number;
}

export interface CreateTaskOptions extends CallOptions {
  /**
   * Names what is to happen once: the same key answers the same task. Without one the client makes its own for this
   * call, so that an answer that is lost makes no second task.
   */
  readonly idempotencyKey?: string | undefined;
  /** Needed when several connections of the user have the scopes. */
  readonly connectionId?: string | undefined;
  /** Not before this time. */
  readonly runAt?: Date | string | undefined;
  /** Not started after this time; it then fails with `deadline_passed`. */
  readonly deadlineAt?: Date | string | undefined;
  /** Of the tasks that are due, those with the highest begin first. */
  readonly priority?: number | undefined;
  /** How much is asked for, should a person have to agree. */
  readonly approval?: ApprovalAsk | undefined;
}

/** Tasks of this caller. */
export class Tasks {
  constructor(private readonly requests: Requests) {}

  /** @throws ProblemError `not_found` */
  async get<Output = unknown>(id: string, options?: CallOptions): Promise<Task<Output>> {
    const data = await this.requests.json<TaskData>({ method: 'GET', path: ['tasks', id] }, options);
    return new Task<Output>(this.requests, data);
  }

  /** Newest first. */
  list(filter: TaskFilter & { readonly userId?: string } = {}, options?: CallOptions): Pages<TaskData> {
    return new Pages<TaskData>(this.requests, ['tasks'], { ...filter }, options);
  }

  /** @throws ProblemError `not_found`, `task_not_cancelable` */
  async cancel(id: string, options?: CallOptions): Promise<Task> {
    return (await this.get(id, options)).cancel(options);
  }

  /** @throws ProblemError `not_found`, `task_not_retryable` */
  async retry(id: string, options?: CallOptions): Promise<Task> {
    return (await this.get(id, options)).retry(options);
  }
}

/** Tasks for one user. */
export class UserTasks {
  constructor(
    private readonly requests: Requests,
    private readonly userId: string,
  ) {}

  /** Queues an action. @throws ProblemError */
  async create<Id extends AnyAction>(
    action: Id,
    input: ActionInput<Id>,
    options: CreateTaskOptions = {},
  ): Promise<Task<ActionOutput<Id>>> {
    const { idempotencyKey = crypto.randomUUID(), signal, timeoutMs, ...members } = options;
    // Times become text as JSON writes them.
    const body = { userId: this.userId, action, input, ...members };
    const headers = { 'idempotency-key': idempotencyKey };
    const request = { method: 'POST', path: ['tasks'], body, headers } as const;
    return new Task(this.requests, await this.requests.json<TaskData>(request, { signal, timeoutMs }));
  }

  /** Newest first. */
  list(filter: TaskFilter = {}, options?: CallOptions): Pages<TaskData> {
    return new Pages<TaskData>(this.requests, ['tasks'], { ...filter, userId: this.userId }, options);
  }
}
