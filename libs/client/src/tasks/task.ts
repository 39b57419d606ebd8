import type { TaskData, TaskEvent, TaskStatus } from '../api-types.js';
import { ProblemError, TaskError, TimeoutError, ValetkeyError } from '../errors.js';
import type { CallOptions, Requests } from '../http/requests.js';
import { isTemporary } from '../http/retries.js';
import { serverSentEvents } from '../http/server-sent-events.js';
import { pause, TimeLimit } from '../http/time-limit.js';

const ENDED: readonly TaskStatus[] = ['succeeded', 'failed', 'canceled', 'outcome_unknown'];
/** The server sends a keep-alive every 15 s. */
const SILENCE_MS = 45_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const RESULT_WITHIN_MS = 10 * 60_000;

export interface ResultOptions<Output> {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, ten minutes by default. The task goes on when they have passed. */
  readonly timeoutMs?: number | undefined;
  /**
   * Called when the task begins to wait for a person: `task.data.error?.authorizationUri` or
   * `task.data.approval?.approvalUri` is where they go. The task goes on by itself.
   */
  readonly onWaiting?: ((task: Task<Output>) => void | Promise<void>) | undefined;
}

/** An action on the queue. */
export class Task<Output = unknown> {
  readonly #requests: Requests;
  #data: TaskData;

  constructor(requests: Requests, data: TaskData) {
    this.#requests = requests;
    this.#data = data;
  }

  /** The task as it was when it was last read. */
  get data(): TaskData {
    return this.#data;
  }

  get id(): string {
    return this.#data.id;
  }

  get status(): TaskStatus {
    return this.#data.status;
  }

  get hasEnded(): boolean {
    return ENDED.includes(this.status);
  }

  /** Reads it anew. */
  async reload(options?: CallOptions): Promise<this> {
    this.#data = await this.#requests.json<TaskData>({ method: 'GET', path: ['tasks', this.id] }, options);
    return this;
  }

  /** Calls it off before it runs. @throws ProblemError `task_not_cancelable` */
  cancel(options?: CallOptions): Promise<this> {
    return this.post('cancel', options);
  }

  /** Runs an ended task again; what may have happened is asked for first. @throws ProblemError `task_not_retryable` */
  retry(options?: CallOptions): Promise<this> {
    return this.post('retry', options);
  }

  /**
   * Waits until the task has succeeded. An output that is kept apart is fetched. @throws TaskError when it ended otherwise, TimeoutError, the signal's reason, or
   * ProblemError when it cannot be read
   */
  async result({ signal, timeoutMs, onWaiting }: ResultOptions<Output> = {}): Promise<Output> {
    const limit = new TimeLimit(timeoutMs ?? RESULT_WITHIN_MS, signal);
    try {
      if (!this.hasEnded) await this.untilEnded(limit.signal, onWaiting);
    } catch (error) {
      signal?.throwIfAborted();
      if (limit.hasPassed) throw new TimeoutError(`The task ${this.id} is still ${this.status}.`);
      throw error;
    } finally {
      limit.end();
    }
    if (this.status !== 'succeeded') throw new TaskError(this.#data);
    const { output, keptOutput } = this.#data;
    return (keptOutput ? await this.kept(keptOutput.id, signal) : output) as Output;
  }

  private async kept(id: string, signal: AbortSignal | undefined): Promise<unknown> {
    const request = { method: 'GET', path: ['results', id] } as const;
    return (await this.#requests.json<{ value: unknown }>(request, { signal })).value;
  }

  /** Its story from the beginning, as it happens, until it has ended. Connections that break are opened again. */
  events({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncGenerator<TaskEvent, void, undefined> {
    return this.story('told', signal);
  }

  /** @param until the task has `ended`, or its end is `told` too */
  private async *story(
    until: 'ended' | 'told',
    signal: AbortSignal | undefined,
  ): AsyncGenerator<TaskEvent, void, undefined> {
    let lastId: string | undefined;
    let lastStatus: TaskStatus | undefined;
    for (let quietRounds = 0; ; quietRounds += 1) {
      let askedToWaitMs = 0;
      try {
        for await (const { id, data } of this.stream(lastId, signal)) {
          lastId = id ?? lastId;
          quietRounds = 0;
          const event = JSON.parse(data) as TaskEvent;
          lastStatus = event.status;
          yield event;
        }
      } catch (error) {
        askedToWaitMs = waitAfter(error, signal);
      }
      // A stream may end before the task does, or be refused since too many are open: then the task is asked.
      if ((await this.hasEndedNow(signal)) && (until === 'ended' || lastStatus === this.status)) return;
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** quietRounds);
      await pause(Math.max(askedToWaitMs, pauseMs), signal);
    }
  }

  private async *stream(lastId: string | undefined, signal: AbortSignal | undefined) {
    const headers = {
      accept: 'text/event-stream',
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    };
    const path = ['tasks', this.id, 'events'];
    const { body } = await this.#requests.open({ method: 'GET', path, headers }, { signal });
    if (body) yield* serverSentEvents(body, SILENCE_MS);
  }

  private async untilEnded(
    signal: AbortSignal,
    onWaiting: ResultOptions<Output>['onWaiting'],
  ): Promise<void> {
    for await (const { status } of this.story('ended', signal)) {
      if (!onWaiting || !status.startsWith('waiting_')) continue;
      // The story is told from its beginning: what it waited for may be over.
      await this.reload({ signal });
      if (this.status === status) await onWaiting(this);
    }
  }

  private async hasEndedNow(signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await this.reload({ signal });
    } catch (error) {
      waitAfter(error, signal);
    }
    return this.hasEnded;
  }

  private async post(what: 'cancel' | 'retry', options?: CallOptions): Promise<this> {
    const path = ['tasks', this.id, what];
    this.#data = await this.#requests.json<TaskData>({ method: 'POST', path }, options);
    return this;
  }
}

/** Milliseconds that the server wants to be left alone. @throws what will not be better later */
function waitAfter(error: unknown, signal: AbortSignal | undefined): number {
  signal?.throwIfAborted();
  if (error instanceof ValetkeyError && !isTemporary(error)) throw error;
  return error instanceof ProblemError ? (error.retryAfterMs ?? 0) : 0;
}
