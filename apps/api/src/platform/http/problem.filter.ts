import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Log } from '../log/log.js';
import { isPassing, isUnstorableText } from '../prisma/prisma.service.js';
import { traceOf, type Caller, type CallerRequest, type RequestTrace } from './caller.js';
import { shortened } from './input.js';
import { invalidInput, Problem, problemBody, type ProblemAnswer } from '../problems/index.js';

/** Rewrites problems for a family of routes with an error format of its own, for example Logto's codes. */
export interface ProblemDialect {
  /** Path prefixes of its routes. */
  readonly prefixes: readonly string[];
  /** Its clients do not know problem details: they get plain JSON unless they ask for those. */
  readonly plainJson?: true;
  translate(problem: ProblemAnswer): ProblemAnswer;
}

/** A caller with a valid credential was refused. */
export interface Denial {
  readonly caller: Caller;
  /** The other user that the caller has named. */
  readonly userId: string | undefined;
  readonly code: string;
  readonly method: string;
  /** As declared: no id in it. */
  readonly route: string;
  readonly params: Readonly<Record<string, string>>;
  readonly trace: RequestTrace;
}

/** Turns every error into problem details; one that is not meant for the caller becomes 500 with an id only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly dialects: ProblemDialect[] = [];
  private recordDenial: ((denial: Denial) => Promise<unknown>) | undefined;

  constructor(private readonly log: Log) {}

  /** Adds a dialect; the first whose prefix fits the path is used. */
  addDialect(dialect: ProblemDialect): void {
    this.dialects.push(dialect);
  }

  /** Registers the recorder of denials: called at most once for each request. */
  onDenial(record: (denial: Denial) => Promise<unknown>): void {
    this.recordDenial = record;
  }

  /** The problem in the format of the routes under this path. */
  inDialect(path: string, problem: ProblemAnswer): ProblemAnswer {
    return this.dialectAt(path)?.translate(problem) ?? problem;
  }

  catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    return this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Answers a request with the problem for an error, also one that reached no route. */
  async answer(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const problem = await this.problemOf(error, request);
    if (reply.sent) return;
    void reply
      .status(problem.status)
      .headers({ ...problem.headers, 'cache-control': 'no-store' })
      .type(problemType(request.headers.accept, this.dialectAt(pathOf(request))?.plainJson))
      .send(JSON.stringify(problemBody(problem, request.id)));
  }

  /** The problem for an error of a request, or of a part of it that is answered by itself; a denial is recorded. */
  async problemOf(error: unknown, request: FastifyRequest): Promise<ProblemAnswer> {
    const known = this.toProblem(error, request);
    const denial = known instanceof Problem && denialOf(known, request);
    // The caller is refused in any case; a failure of the audit log is logged there.
    if (denial) await this.recordDenial?.(denial).catch(() => undefined);
    return this.inDialect(pathOf(request), known);
  }

  private dialectAt(path: string): ProblemDialect | undefined {
    return this.dialects.find(({ prefixes }) => prefixes.some((prefix) => path.startsWith(prefix)));
  }

  private toProblem(error: unknown, request: FastifyRequest): ProblemAnswer {
    if (error instanceof Problem) return error;
    if (error instanceof Error && error.cause instanceof Problem) return error.cause;
    if (isUnstorableText(error)) return invalidInput('Text must not hold a NUL character (U+0000).');
    const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
    if (status >= 400 && status < 500) return ofFramework(error, status);
    // A client that disconnects while sending its body reads no answer, and it is no fault of the server.
    if (request.raw.readableAborted) return new Problem('invalid_request.broken_off');
    const facts = {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url,
      error,
    };
    if (isPassing(error)) {
      this.log.warn('the database did not serve a request', facts);
      return new Problem('unavailable', {}, { 'retry-after': '1' });
    }
    this.log.error('request failed', facts);
    return new Problem('internal_error', { requestId: request.id });
  }
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?')[0] ?? '';
}

/** The problem for an error of the framework, which has a status and a message. */
function ofFramework(error: unknown, status: number): ProblemAnswer {
  const message = error instanceof Error ? shortened(error.message) : 'The request cannot be served.';
  switch (status) {
    case 400:
      return invalidInput(message);
    case 404:
      return new Problem('not_found.path', { message });
    case 413:
      return new Problem('payload_too_large', { message });
    case 414:
      return new Problem('uri_too_long', { message });
    case 415:
      return new Problem('unsupported_media_type', { message });
    default:
      return { ...new Problem('invalid_request.framework', { message }), status };
  }
}

/** Operators may see everything: a 404 of theirs is no denial. */
function denialOf(problem: Problem, request: CallerRequest): Denial | undefined {
  const { caller } = request;
  if (!problem.isDenial || !caller) return undefined;
  if (caller.type === 'operator' && problem.status === 404) return undefined;
  return {
    caller,
    userId: problem.deniedUserId,
    code: problem.code,
    method: request.method,
    route: request.routeOptions.url ?? 'unknown',
    params: (request.params ?? {}) as Record<string, string>,
    trace: traceOf(request),
  };
}

/** Client libraries read a body only if it has a type that they asked for. Another JSON type will do for them too. */
function problemType(accept = '', plainJson = false): string {
  const asked = accept.toLowerCase();
  const wantsJson = plainJson || /(^|[\s,])application\/([\w.+-]+\+)?json\b/.test(asked);
  return wantsJson && !asked.includes('problem+json') ? 'application/json' : 'application/problem+json';
}

function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}
