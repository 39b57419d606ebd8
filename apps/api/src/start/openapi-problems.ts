import type { OpenAPIObject } from '@nestjs/swagger';
import {
  callersAt,
  generalProblems,
  LETS_AUDITORS,
  Problem,
  problemBody,
  problemSchema,
  ROUTE_CALLERS,
  ROUTE_PROBLEMS,
  ROUTE_RECORDS,
  STEPS_UP,
  type CallerType,
  type ProblemAnswer,
  type RouteProblems,
} from '../platform/index.js';
import { accessInWords } from './openapi-access.js';
import { jsonSchemaOf } from './openapi-schemas.js';

/** Translates a problem to the format of the routes under this path. */
export type Translate = (path: string, problem: ProblemAnswer) => ProblemAnswer;

interface Response {
  readonly description: string;
  readonly headers?: object;
  readonly content?: Readonly<Record<string, unknown>>;
}

interface Operation {
  description?: string;
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
  [STEPS_UP]?: boolean;
}

const REQUEST_ID = 'req_01jd9z';
const PROBLEM = 'application/problem+json';

/** Headers of some errors. */
const HEADERS: Readonly<Record<number, object>> = {
  401: header('WWW-Authenticate', 'What kind of credential is asked for (RFC 9110, section 11.6.1).'),
  429: header('Retry-After', 'Seconds to wait (RFC 9110, section 10.2.3).'),
  503: header('Retry-After', 'Seconds to wait, where that is known (RFC 9110, section 10.2.3).'),
};

function header(name: string, description: string): object {
  return { [name]: { description, schema: { type: 'string' } } };
}

/**
 * Adds the callers and errors of every operation: those that its room declares, and those that any such route may
 * answer. So no route can omit the general errors.
 */
export function withProblems(document: OpenAPIObject, translate: Translate): OpenAPIObject {
  const codes = new Set<string>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations) as [string, Operation][]) {
      const callers = writeAccess(method, path, operation);
      const problems = problemsOf(method.toUpperCase(), path, callers, operation);
      // A provider's own clients get problems in the type that they know, unless they ask for problem details.
      const types = operation[ROUTE_PROBLEMS]?.passesBody ? [PROBLEM, 'application/json'] : [PROBLEM];
      for (const note of [ROUTE_CALLERS, ROUTE_PROBLEMS, ROUTE_RECORDS, LETS_AUDITORS, STEPS_UP])
        Reflect.deleteProperty(operation, note);
      const all = problems.map((problem) => translate(path, problem));
      for (const { code } of all) codes.add(code);
      addResponses(operation.responses, all, types);
    }
  }
  nameProblem(document, [...codes].sort());
  return document;
}

/** One handler may serve several paths, each of which may admit fewer kinds of callers. */
function writeAccess(method: string, path: string, operation: Operation): readonly CallerType[] {
  const callers = callersAt(path, operation[ROUTE_CALLERS] ?? []);
  operation.security = callers.map((type) => ({ [type]: [] }));
  const access = accessInWords({
    callers,
    letsAuditors: method === 'get' || (operation[LETS_AUDITORS] ?? false),
    stepsUp: operation[STEPS_UP] ?? false,
    records: operation[ROUTE_RECORDS] ?? false,
  });
  operation.description = [operation.description, access].filter(Boolean).join('\n\n');
  return callers;
}

/** Clients branch on the code, so all codes are listed. */
function nameProblem(document: OpenAPIObject, codes: readonly string[]): void {
  const { properties, ...schema } = jsonSchemaOf(problemSchema, 'output') as { properties: { code: object } };
  const code = { ...properties.code, enum: codes };
  const named = { ...schema, properties: { ...properties, code } };
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: named as never },
  };
}

function problemsOf(
  method: string,
  path: string,
  callers: readonly CallerType[],
  operation: Operation,
): Problem[] {
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
    stepsUp: operation[STEPS_UP] ?? false,
    records: operation[ROUTE_RECORDS] ?? false,
    passesBody: own.passesBody ?? false,
  };
  const all = [...generalProblems(shape), ...(own.problems ?? [])].map((name) => Problem.exampleOf(name));
  // Entries of the route itself replace those that every route has.
  return [...new Map(all.map((problem) => [`${problem.code} ${problem.status}`, problem])).values()];
}

function addResponses(
  responses: Record<string, Response>,
  all: readonly ProblemAnswer[],
  types: readonly string[],
): void {
  for (const [status, ofStatus] of Map.groupBy(all, (problem) => problem.status)) {
    const examples = ofStatus.map((problem) => [problem.code, { value: problemBody(problem, REQUEST_ID) }]);
    const content = {
      schema: { $ref: '#/components/schemas/Problem' },
      examples: Object.fromEntries(examples),
    };
    responses[status] = {
      ...(HEADERS[status] ? { headers: HEADERS[status] } : {}),
      ...responses[status],
      description: ofStatus.map(({ code }) => code).join(', '),
      content: {
        ...responses[status]?.content,
        ...Object.fromEntries(types.map((type) => [type, content])),
      },
    };
  }
}
