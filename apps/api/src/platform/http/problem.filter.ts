import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Log } from '../log/log.js';
import { isPassing, isUnstorableText } from '../prisma/prisma.service.js';
import { traceOf, type Caller, type CallerRequest, type RequestTrace } from './caller.js';
import { shortened } from './input.js';
import { invalidInput, Problem } from './problem.js';

/** Rewrites a problem for a family of routes that speaks another dialect, for example Logto's codes. */
export interface ProblemDialect {
  /** Path prefix of the routes it speaks for. */
  readonly prefixes: readonly string[];
  /** Its clients know no problem details: they get plain JSON unless they ask for those. */
  readonly plainJson?: true;
  translate(problem: Problem): Problem;
}

/** Somebody with a credential was refused what they asked for. */
export interface Denial {
  readonly caller: Caller;
  /** The other user whom the caller has named. */
  readonly userId: string | undefined;
  readonly code: string;
  readonly method: string;
  /** As declared: no id in it. */
  readonly route: string;
  readonly params: Readonly<Record<string, string>>;
  readonly trace: RequestTrace;
}

const STATUS_CODES: Record<number, string> = {
  400: 'invalid_input',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
};

/** Turns everything thrown into problem details; what is not meant for the caller becomes 500 with an id only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly dialects: ProblemDialect[] = [];
  private recordDenial: ((denial: Denial) => Promise<unknown>) | undefined;

  constructor(private readonly log: Log) {}

  /** Adds a dialect; the first whose prefix fits the path is used. */
  speak(dialect: ProblemDialect): void {
    this.dialects.push(dialect);
  }

  /** Says who records denials: at most one for each request. */
  onDenial(record: (denial: Denial) => Promise<unknown>): void {
    this.recordDenial = record;
  }

  /** The problem as the routes under this path tell it. */
  inDialect(path: string, problem: Problem): Problem {
    return this.dialectAt(path)?.translate(problem) ?? problem;
  }

  catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    return this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Answers a request with the problem that an error is, also one that reached no route. */
  async answer(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const path = request.url.split('?')[0] ?? '';
    const known = this.toProblem(error, request);
    const denial = denialOf(known, request);
    // Refused they are in any case; a log that takes no event has said so itself.
    if (denial) await this.recordDenial?.(denial).catch(() => undefined);
    const problem = this.inDialect(path, known);
    if (reply.sent) return;
    void reply
      .status(problem.status)
      .headers({ ...problem.headers, 'cache-control': 'no-store' })
      .type(problemType(request.headers.accept, this.dialectAt(path)?.plainJson))
      .send(JSON.stringify(problem.body(request.id)));
  }

  private dialectAt(path: string): ProblemDialect | undefined {
    return this.dialects.find(({ prefixes }) => prefixes.some((prefix) => path.startsWith(prefix)));
  }

  private toProblem(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof Error && error.cause instanceof Problem) return error.cause;
    if (isUnstorableText(error)) return invalidInput('Text must not hold a NUL character (U+0000).');
    const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
    if (status >= 400 && status < 500) {
      const code = STATUS_CODES[status] ?? 'invalid_request';
      return new Problem(
        status,
        code,
        error instanceof Error ? shortened(error.message) : 'The request cannot be served.',
      );
    }
    // Whoever left in the middle of their body reads no answer, and nothing is wrong with us.
    if (request.raw.readableAborted) return new Problem(400, 'invalid_request', 'The body was broken off.');
    const facts = {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url,
      error,
    };
    if (isPassing(error)) {
      this.log.warn('the database did not serve a request', facts);
      return new Problem(
        503,
        'unavailable',
        'The database did not answer in time. Try again in a moment.',
        { retryable: true },
        { 'retry-after': '1' },
      );
    }
    this.log.error('request failed', facts);
    return new Problem(
      500,
      'internal_error',
      `Something went wrong on our side. Quote ${request.id} when you report it.`,
    );
  }
}

/** Operators may see everything: what they do not find is not there. */
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

/** Client libraries read a body only that is of the type they asked for. A member of JSON's family will do for them too. */
function problemType(accept = '', plainJson = false): string {
  const asked = accept.toLowerCase();
  const wantsJson = plainJson || /(^|[\s,])application\/([\w.+-]+\+)?json\b/.test(asked);
  return wantsJson && !asked.includes('problem+json') ? 'application/json' : 'application/problem+json';
}

function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}
