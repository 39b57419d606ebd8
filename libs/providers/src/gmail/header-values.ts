import { addressParser, decodeWords } from 'postal-mime';

/** Header values must be one line: a line break in one would start the next header. */
export const isOneLine = (value: string): boolean => !/\p{Cc}|\u2028|\u2029/u.test(value);

/** One address and nothing else: no display name, no list, nothing that a header gives a meaning to. */
export const addressPattern = /^[^\s\p{Cc}<>,;:"()[\]\\@]+@[^\s\p{Cc}<>,;:"()[\]\\@]+$/u;

export interface NamedAddress {
  readonly name: string;
  readonly address: string;
}

/** A header of somebody else's message as text on one line: encoded words decoded, control characters gone. */
export function shownHeader(value: string): string {
  const decoded = value.includes('=?') ? decodeWords(value.slice(0, 20_000)) : value;
  return decoded.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** The usable addresses of such headers, each once, in order; what is none is left out. */
export function addressesIn(...values: readonly (string | undefined)[]): NamedAddress[] {
  const found = new Map<string, NamedAddress>();
  for (const value of values) {
    if (!value) continue;
    for (const { name = '', address = '' } of addressParser(value.slice(0, 50_000), { flatten: true })) {
      const isUsable = address.length <= 320 && addressPattern.test(address);
      const key = address.toLowerCase();
      if (isUsable && !found.has(key)) found.set(key, { name: shownHeader(name).slice(0, 200), address });
    }
  }
  return [...found.values()];
}

/** The message ids of such a header (RFC 5322 section 3.6.4); what is none is left out. */
export const messageIdsIn = (value: string | undefined): string[] =>
  value?.slice(0, 50_000).match(/<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>/g) ?? [];
