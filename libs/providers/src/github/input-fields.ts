import { inputTime } from '../core/dates.js';
import { z } from 'zod';
import type { Page, Query } from '../core/provider-http.js';

const name = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'letters, digits, dots, hyphens and underscores');

/** Which repository is meant. */
export const repository = {
  owner: name.describe('Owner of the repository'),
  repo: name.describe('Name of the repository'),
};

const number = z.int().min(1).max(2_147_483_647);
export const issueNumber = number.describe('Issue or pull request number');
export const pullNumber = number.describe('Pull request number');

export const text = z.string().max(65_000);
export const labelName = z.string().min(1).max(100);
export const logins = z.array(z.string().min(1).max(100)).max(50);
export const time = inputTime({ offset: true });
export const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full SHA in hexadecimal');

/** A branch, tag or commit. Git allows no spaces, `..`, `~`, `^`, `:`, `?`, `*`, `[` or backslash in names. */
export const gitRef = z
  .string()
  .min(1)
  .max(250)
  .regex(
    /^(?![/.-])(?!.*(\.\.|\/\/|\/\.|@\{))[^\s~^:?*[\\\p{Cc}]+(?<![/.])$/u,
    'a name of a branch or tag, or a SHA',
  );

/** A path of a file; each part is one segment, none of them dots. */
export const filePath = z
  .string()
  .min(1)
  .max(1000)
  .regex(
    /^(?!\/)(?!.*(\/\/|\/$))(?!(.*\/)?\.{1,2}(\/|$))[^\\\p{Cc}]+$/u,
    'a path without leading slash or dot segments',
  );

/** Which part of a list is meant. */
export const paging = {
  limit: z.int().min(1).max(100).default(30).describe('Entries per page'),
  page: z
    .union([z.int().min(1).max(10_000), z.string().min(1).max(2000)])
    .default(1)
    .describe('nextPage of the last answer'),
};

export const nextPage = z
  .union([z.int(), z.string()])
  .optional()
  .describe('Give it as page; absent on the last page');

/** The query of a list: of a cursor all that GitHub said, but what the caller asks for stays as asked. */
export function listQuery({ page, ...filter }: Query & { page: string | number }, limit: number): Query {
  if (typeof page === 'number') return { ...filter, page, per_page: limit };
  const own = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  return { ...Object.fromEntries(new URLSearchParams(page)), ...own, per_page: limit };
}

/** The next page as the `Link` header names it: its number, or where it has a cursor, all of its query. */
export function nextPageOf({ next }: Page<unknown>): number | string | undefined {
  if (!next) return undefined;
  const { page, per_page: _size, ...rest } = next;
  const number = Number(page);
  const isNumbered = Number.isInteger(number) && number > 0 && !cursors.some((name) => name in rest);
  if (isNumbered) return number;
  const cursor = new URLSearchParams(page === undefined ? rest : { page, ...rest }).toString();
  return cursor.length > 0 && cursor.length <= 2000 ? cursor : undefined;
}

const cursors = ['after', 'before', 'cursor'];

/** Parts of GitHub's answers that many of them share. */
export const person = z.object({ login: z.string() }).nullish();
export const at = z.string().nullish();

/** For what GitHub may answer with `null`. */
export const present = <T>(value: T | null | undefined): T | undefined => value ?? undefined;
