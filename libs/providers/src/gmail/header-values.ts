import { decodeWords } from 'postal-mime';

/** Header values must be one line: a line break in one would start the next header. */
export const isOneLine = (value: string): boolean => !/\p{Cc}|\u2028|\u2029/u.test(value);

/** One address and nothing else: no display name, no list, nothing that a header gives a meaning to. */
export const addressPattern = /^[^\s\p{Cc}<>,;:"()[\]\\@]+@[^\s\p{Cc}<>,;:"()[\]\\@]+$/u;

export const oneLine = (value: string): string => value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

/** A header of somebody else's message as text on one line: encoded words decoded, control characters gone. */
export const shownHeader = (value: string): string =>
  oneLine(value.includes('=?') ? decodeWords(value.slice(0, 20_000)) : value);

/** The message ids of such a header (RFC 5322 section 3.6.4); what is none is left out. */
export const messageIdsIn = (value: string | undefined): string[] =>
  value?.slice(0, 50_000).match(/<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>/g) ?? [];
