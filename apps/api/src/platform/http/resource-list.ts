import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { inputTime } from '@valetkey/providers';
import { inputProblem, readJson, requireText } from './input.js';
import { Problem } from '../problems/index.js';

const jsonText = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        const json = readJson(Buffer.from(text));
        requireText(json);
        return json;
      } catch (error) {
        context.addIssue(error instanceof Problem ? error.detail : 'must be JSON');
        return z.NEVER;
      }
    })
    .pipe(schema);

/** PostgreSQL's range for OFFSET as we pass it. */
const position = z.int32().min(0);

/** The query of react-admin's simple-rest convention: `filter`, `range` and `sort`, each as JSON. */
export const resourceListQuery = z.object({
  filter: jsonText(
    z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])),
  ).optional(),
  range: jsonText(z.tuple([position, position])).optional(),
  sort: jsonText(z.tuple([z.string(), z.enum(['ASC', 'DESC'])])).optional(),
});

/** The parameters of one page. */
export interface PageRequest {
  readonly filter: Readonly<Record<string, string | number | boolean | string[] | null>>;
  readonly skip: number;
  readonly take: number;
  readonly sort: { readonly field: string; readonly direction: 'asc' | 'desc' } | undefined;
}

const MAX_PAGE = 500;

/** Reads a list query; a page holds at most 500 rows. */
export function pageRequest(query: z.output<typeof resourceListQuery>): PageRequest {
  const [from, to] = query.range ?? [0, 24];
  return {
    filter: query.filter ?? {},
    skip: from,
    take: Math.min(MAX_PAGE, Math.max(0, to - from + 1)),
    sort: query.sort
      ? { field: query.sort[0], direction: query.sort[1] === 'ASC' ? 'asc' : 'desc' }
      : undefined,
  };
}

/** {@link resourceListQuery}, read as the page that it asks for. */
export const pageQuery = resourceListQuery.transform(pageRequest);

/** Sets `Content-Range: users 0-24/319`, or `…/*` when the total is not known, and returns the rows. */
export function sendPage<Row>(
  reply: FastifyReply,
  resource: string,
  page: PageRequest,
  found: { rows: Row[]; total: number | undefined },
): Row[] {
  const last = page.skip + Math.max(0, found.rows.length - 1);
  void reply.header('content-range', `${resource} ${page.skip}-${last}/${found.total ?? '*'}`);
  return found.rows;
}

/** A filter value as text, when it is one. */
export function textFilter(page: PageRequest, name: string): string | undefined {
  const value = page.filter[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * A filter value as a time (ISO 8601 with a zone), when there is one.
 * @throws Problem 400 `invalid_input` for what is none
 */
export function timeFilter(page: PageRequest, name: string): Date | undefined {
  const text = textFilter(page, name);
  if (text === undefined) return undefined;
  const read = inputTime({ offset: true }).safeParse(text);
  if (!read.success) throw inputProblem([{ path: `filter.${name}`, message: 'must be a time with a zone' }]);
  return new Date(read.data);
}

/** `id: ["a","b"]` of simple-rest's getMany. */
export function idFilter(page: PageRequest): string[] | undefined {
  const value = page.filter['id'];
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? [value] : undefined;
}
