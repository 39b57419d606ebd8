import type { Problem, ProblemCode, TaskData } from './api-types.js';

/** Codes of errors that arise on this side, where the server has said nothing. */
export type ClientCode =
  /** No answer came: the network, the name or the certificate. */
  | 'unreachable'
  /** The time limit of the call passed. What it was to do may have happened. */
  | 'timed_out'
  /** The server led to another address. Nothing was sent there. */
  | 'redirected'
  /** An error that is none of Valetkey's: something in between answered. */
  | 'http_error'
  /** The answer was longer than is read, or no JSON. */
  | 'unreadable_answer'
  | 'invalid_signature';

/** Branch on this. A server that is newer than the client may have more. */
export type ErrorCode = ProblemCode | ClientCode | (string & {});

/** Any error of Valetkey, told apart by `code`. */
export class ValetkeyError extends Error {
  override readonly name: string = 'ValetkeyError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** No answer within the time limit. */
export class TimeoutError extends ValetkeyError {
  override readonly name = 'TimeoutError';

  constructor(message: string) {
    super('timed_out', message);
  }
}

/** A signature of a webhook message that does not hold. */
export class SignatureError extends ValetkeyError {
  override readonly name = 'SignatureError';

  constructor(message: string) {
    super('invalid_signature', message);
  }
}

/** A problem that the server answered (RFC 9457). Its members beyond those here are in `problem`. */
export class ProblemError extends ValetkeyError {
  override readonly name: string = 'ProblemError';
  readonly status: number;
  /** The server says that the same call may work later. */
  readonly isRetryable: boolean;
  /** Milliseconds to wait before that, from `Retry-After` or the problem. */
  readonly retryAfterMs: number | undefined;
  /** Quote it when you report the error. */
  readonly requestId: string | undefined;
  /** Scopes that the user has not granted; empty where that is not the reason. */
  readonly missingScopes: readonly string[];

  constructor(
    readonly problem: Problem,
    retryAfterMs: number | undefined,
  ) {
    super(problem.code, problem.detail);
    this.status = problem.status;
    this.isRetryable = problem['retryable'] === true;
    this.retryAfterMs =
      retryAfterMs ?? (typeof problem['retryAfterMs'] === 'number' ? problem['retryAfterMs'] : undefined);
    this.requestId = problem.instance;
    this.missingScopes = texts(problem['missingScopes']);
  }
}

/** The user has to connect an account, or to grant more, at `authorizationUri`; then the same call works. */
export class AuthorizationError extends ProblemError {
  override readonly name = 'AuthorizationError';
  /** The connection that is to be widened or revived, if there is one. */
  readonly connectionId: string | undefined;

  constructor(
    problem: Problem,
    /** Valetkey's page, for this user and a few minutes. */
    readonly authorizationUri: string,
    /** `valetkey.authorizations.get(id)` tells when the user has been there. */
    readonly authorizationId: string,
  ) {
    super(problem, undefined);
    this.connectionId = text(problem['connectionId']);
  }
}

/** A task that has ended without success; `code` says why. */
export class TaskError extends ValetkeyError {
  override readonly name = 'TaskError';

  constructor(readonly task: TaskData) {
    super(
      task.error?.code ?? task.status,
      task.error?.detail ?? `The task ${task.id} ended as ${task.status}.`,
    );
  }
}

/**
 * A request over `fetch`, or a disconnection, waits for a person, so nothing was done. The provider's library would have
 * taken the answer for the provider's. `valetkey.tasks.get(error.task.id)` gives the task, whose result is the provider's answer.
 */
export class ApprovalError extends ValetkeyError {
  override readonly name = 'ApprovalError';

  constructor(readonly task: TaskData) {
    super('approval_required', 'The request waits for a person. It is sent by itself once they agree.');
  }

  /** Valetkey's page on which the user decides, where it is they who have to. */
  get approvalUri(): string | undefined {
    return this.task.approval?.approvalUri;
  }
}

/** The error for a problem as it came. */
export function problemError(problem: Problem, retryAfterMs?: number): ProblemError {
  const [uri, id] = [text(problem['authorizationUri']), text(problem['authorizationId'])];
  // The address is put into links: it is one of the web, whatever stood in the answer.
  if (uri === undefined || id === undefined || !/^https?:\/\//.test(uri))
    return new ProblemError(problem, retryAfterMs);
  return new AuthorizationError(problem, uri, id);
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
const texts = (value: unknown) =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
