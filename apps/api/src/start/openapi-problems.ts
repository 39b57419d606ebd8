import type { OpenAPIObject } from '@nestjs/swagger';
import {
  callersAt,
  generalProblems,
  LETS_AUDITORS,
  Problem,
  ROUTE_CALLERS,
  ROUTE_PROBLEMS,
  ROUTE_RECORDS,
  type CallerType,
  type RouteProblems,
} from '../platform/index.js';
import { PROBLEM_EXAMPLES } from './problem-examples.js';

/** A problem as the routes under this path tell it. */
type Translate = (path: string, problem: Problem) => Problem;

interface Response {
  readonly description: string;
  readonly headers?: object;
  readonly content?: Readonly<Record<string, unknown>>;
}

interface Operation {
  security?: Record<string, string[]>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content?: Readonly<Record<string, { schema?: { properties?: object } }>>;
  };
  readonly responses: Record<string, Response>;
  [ROUTE_CALLERS]?: readonly CallerType[];
  [ROUTE_PROBLEMS]?: RouteProblems;
  [ROUTE_RECORDS]?: boolean;
  [LETS_AUDITORS]?: boolean;
}

const REQUEST_ID = 'req_01jd9z';

/** What comes beside the body of some errors. */
const HEADERS: Readonly<Record<number, object>> = {
  401: header('WWW-Authenticate', 'What kind of credential is asked for (RFC 9110, section 11.6.1).'),
  429: header('Retry-After', 'Seconds to wait (RFC 9110, section 10.2.3).'),
  503: header('Retry-After', 'Seconds to wait, where that is known (RFC 9110, section 10.2.3).'),
};

function header(name: string, description: string): object {
  return { [name]: { description, schema: { type: 'string' } } };
}

/**
 * Writes out how every operation fails: what its room declares, and what can happen to any route of its kind. So no
 * route can leave the general errors out.
 */
export function withProblems(document: OpenAPIObject, translate: Translate): OpenAPIObject {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations) as [string, Operation][]) {
      const callers = writeSecurity(path, operation);
      const problems = problemsOf(method.toUpperCase(), path, callers, operation);
      for (const note of [ROUTE_CALLERS, ROUTE_PROBLEMS, ROUTE_RECORDS, LETS_AUDITORS])
        Reflect.deleteProperty(operation, note);
      addResponses(operation.responses, problems, (problem) => translate(path, problem));
    }
  }
  return document;
}

/** One handler may serve several paths, each of which lets in fewer kinds of callers. */
function writeSecurity(path: string, operation: Operation): readonly CallerType[] {
  const callers = callersAt(path, operation[ROUTE_CALLERS] ?? []);
  if (callers.length > 0) operation.security = callers.map((type) => ({ [type]: [] }));
  return callers;
}

function problemsOf(
  method: string,
  path: string,
  callers: readonly CallerType[],
  operation: Operation,
): Record<string, number> {
  const own = operation[ROUTE_PROBLEMS] ?? {};
  const parameters = (operation.parameters ?? []).map(({ name }) => name);
  const members = operation.requestBody?.content?.['application/json']?.schema?.properties ?? {};
  const shape = {
    method,
    path,
    callers,
    parameters,
    namesUser: parameters.includes('userId') || 'userId' in members,
    letsAuditors: operation[LETS_AUDITORS] ?? false,
    records: operation[ROUTE_RECORDS] ?? false,
    passesBody: own.passesBody ?? false,
  };
  return { ...generalProblems(shape), ...own.problems };
}

function addResponses(
  responses: Record<string, Response>,
  problems: Readonly<Record<string, number>>,
  translate: (problem: Problem) => Problem,
): void {
  const all = Object.entries(problems).map(([code, status]) => translate(exampleOf(code, status)));
  for (const [status, ofStatus] of Map.groupBy(all, (problem) => problem.status)) {
    const examples = ofStatus.map((problem) => [problem.code, { value: problem.body(REQUEST_ID) }]);
    responses[status] = {
      ...(HEADERS[status] ? { headers: HEADERS[status] } : {}),
      ...responses[status],
      description: ofStatus.map(({ code }) => code).join(', '),
      content: {
        ...responses[status]?.content,
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(examples),
        },
      },
    };
  }
}

/** A code without an example of its own is found by `test/openapi.e2e-spec.ts`. */
function exampleOf(code: string, status: number): Problem {
  const { detail, extensions } = PROBLEM_EXAMPLES[code] ?? { detail: 'What was wrong and what to do.' };
  return new Problem(status, code, detail, extensions);
}
