import { applyDecorators, HttpCode } from '@nestjs/common';
import { z } from 'zod';
import type { ProblemName } from '../problems/index.js';
import { DocumentedAnswer, DocumentedNote, DocumentedOperation } from './api-description.js';

/** RFC 9457 problem details as OpenAPI shows them. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('Stable; branch on this.'),
  instance: z.string().optional().describe('Id of the request; quote it in a report.'),
});

/** How a route fails, as it says itself. */
export interface RouteProblems {
  /**
   * Every error that comes of what the route does. Those that any route can give (credentials, input, ids, audit) are
   * added for it, see `generalProblems`.
   */
  readonly problems?: readonly ProblemName[];
  /** It hands the body on as it comes, of any type. */
  readonly passesBody?: boolean;
}

export interface Documentation extends RouteProblems {
  readonly summary: string;
  readonly description?: string;
  /** Status of the good answer; 200 when left out. */
  readonly status?: number;
  readonly answer?: z.ZodType;
  readonly contentType?: string;
  readonly example?: unknown;
}

/** Where an operation of the description keeps its {@link RouteProblems} until they are written out. */
export const ROUTE_PROBLEMS = 'x-valetkey-problems';

/** Where it keeps whether the route appends to the audit log before it answers, as the room `audit` knows. */
export const ROUTE_RECORDS = 'x-valetkey-records';

/** Writes a route into OpenAPI and sets its status: one good answer, and every error with an example. */
export function Documented(documentation: Documentation): MethodDecorator {
  const { summary, description, status = 200, answer, contentType, example } = documentation;
  const { problems, passesBody } = documentation;
  const content = { schema: { type: 'string' }, ...(example === undefined ? {} : { example }) };
  return applyDecorators(
    HttpCode(status),
    DocumentedOperation({ summary, ...(description ? { description } : {}) }),
    DocumentedAnswer({
      status,
      description: 'Done.',
      ...(answer && !contentType ? { standardSchema: answer as never } : {}),
      ...(contentType ? { content: { [contentType]: content } } : {}),
      ...(example === undefined || contentType ? {} : { example }),
    }),
    DocumentedNote(ROUTE_PROBLEMS, { problems, passesBody } satisfies RouteProblems),
  );
}
