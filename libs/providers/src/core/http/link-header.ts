/** One link of a `Link` header (RFC 8288 section 3). */
export interface Link {
  /** As written: it may be relative. */
  readonly target: string;
  /** Relation types in lower case. */
  readonly relations: readonly string[];
}

const link =
  /<([^<>\s]{0,4000})>((?:\s*;\s*[\w!#$%&'*+.^`|~-]+(?:\s*=(?:\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]+))?)?)*)/g;
const relation = /;\s*rel\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))/i;

/** Longer headers are cut: no provider sends them, and nobody may make us read them. */
const maxLength = 16_000;

/** Reads a `Link` header. Never throws; links without a relation or that can't be read are not there. */
export function parseLinkHeader(header: string | undefined): Link[] {
  const links: Link[] = [];
  for (const [, target = '', parameters = ''] of (header ?? '').slice(0, maxLength).matchAll(link)) {
    const [, quoted, bare] = relation.exec(parameters) ?? [];
    const relations = (quoted ?? bare ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    if (relations.length > 0) links.push({ target, relations });
  }
  return links;
}

/**
 * A `Link` header with other targets. Links for whose target there is none are left out, and so is what cannot be read.
 * @returns `undefined` when no link is left
 */
export function replaceLinks(
  header: string,
  replace: (target: string) => string | undefined,
): string | undefined {
  const links: string[] = [];
  for (const [written, target = ''] of header.slice(0, maxLength).matchAll(link)) {
    const replaced = replace(target);
    // Only the address in brackets: a parameter may say the same again.
    if (replaced !== undefined) links.push(`<${replaced}>${written.slice(target.length + 2)}`);
  }
  return links.length > 0 ? links.join(', ') : undefined;
}

/**
 * The query parameters of the `next` link, or `undefined` on the last page. Only the parameters are given: an
 * address out of an answer is never called. Of a repeated parameter the first counts.
 */
export function nextQuery(header: string | undefined): Readonly<Record<string, string>> | undefined {
  const next = parseLinkHeader(header).find(({ relations }) => relations.includes('next'));
  if (!next) return undefined;
  const query = next.target.split('#')[0]?.split('?').slice(1).join('?') ?? '';
  return Object.fromEntries([...new URLSearchParams(query)].reverse());
}
