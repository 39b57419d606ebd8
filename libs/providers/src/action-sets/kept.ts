import { isSchema } from '../core/json-schema.js';
import { valueAt } from '../connectors/account-paths.js';
import type { KeptAnswer, NextPage } from './curation.js';

/** The part of an answer that callers get; `undefined` when it is not there. */
export function keptOf(answer: unknown, { at, keep }: KeptAnswer): unknown {
  const value = at === undefined ? answer : valueAt(answer, at);
  return keep.length === 0 || value === undefined ? value : picked(value, keep);
}

function picked(value: unknown, paths: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => picked(one, paths));
  if (!isSchema(value)) return value;
  const below = (step: string) =>
    paths
      .filter((path) => path === step || path.startsWith(`${step}.`))
      .map((path) => path.slice(step.length + 1));
  const ofAll = below('*');
  const members = Object.entries(value).flatMap(([name, member]) => {
    const own = below(name);
    const part = own.includes('') ? member : picked(member, [...own, ...ofAll]);
    return own.length > 0 || (ofAll.length > 0 && hasSomething(part)) ? [[name, part] as const] : [];
  });
  return Object.fromEntries(members);
}

/** Of members that are taken whatever they are called, those in which nothing was wanted are left out. */
function hasSomething(value: unknown): boolean {
  return isSchema(value) && Object.keys(value).length > 0;
}

/** The member of the input for the next page. */
export function pageAfter(answer: unknown, page: NextPage | undefined): Record<string, string> | undefined {
  if (!page || (page.while !== undefined && valueAt(answer, page.while) !== true)) return undefined;
  const given = valueAt(answer, page.from);
  const cursor = page.parameter === undefined ? given : parameterIn(given, page.parameter);
  const isGiven = (typeof cursor === 'string' && cursor !== '') || typeof cursor === 'number';
  return isGiven ? { [page.member]: String(cursor) } : undefined;
}

function parameterIn(address: unknown, name: string): string | undefined {
  if (typeof address !== 'string' || !URL.canParse(address)) return undefined;
  return new URL(address).searchParams.get(name) ?? undefined;
}
