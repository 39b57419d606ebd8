import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { Problem } from './problem.js';

/** RFC 9457 problem details as OpenAPI shows them. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('Stable; branch on this.'),
  instance: z.string().optional().describe('Id of the request; quote it in a report.'),
});

export interface Documentation {
  readonly summary: string;
  readonly description?: string;
  /** Status of the good answer; 200 when left out. */
  readonly status?: number;
  readonly answer?: z.ZodType;
  readonly contentType?: string;
  readonly example?: unknown;
  /** Code → status of every error beyond those that any route can give. */
  readonly problems?: Readonly<Record<string, number>>;
}

const EVERYWHERE = {
  invalid_input: 400,
  invalid_credential: 401,
  wrong_credential_kind: 403,
  internal_error: 500,
};

/** Writes a route into OpenAPI and sets its status: one good answer, and every error with an example. */
export function Documented(documentation: Documentation): MethodDecorator {
  const { summary, description, status = 200, answer, contentType, example, problems } = documentation;
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ summary, ...(description ? { description } : {}) }),
    ApiResponse({
      status,
      description: 'Done.',
      ...(answer && !contentType ? { standardSchema: answer as never } : {}),
      ...(contentType ? { content: { [contentType]: { schema: { type: 'string' } } } } : {}),
      ...(example === undefined ? {} : { example }),
    }),
    ...problemResponses({ ...EVERYWHERE, ...problems }),
  );
}

function problemResponses(problems: Readonly<Record<string, number>>): MethodDecorator[] {
  const byStatus = Map.groupBy(Object.entries(problems), ([, status]) => status);
  return [...byStatus].map(([status, entries]) =>
    ApiResponse({
      status,
      description: entries.map(([code]) => code).join(', '),
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(
            entries.map(([code]) => [
              code,
              { value: new Problem(status, code, 'What was wrong and what to do.').body('req_01') },
            ]),
          ),
        },
      },
    }),
  );
}
