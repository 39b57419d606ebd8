/**
 * Limits on the structure of a JSON text. A limit on bytes alone does not bound the work: a megabyte of brackets is a
 * million values.
 */
export interface JsonBounds {
  /** Levels of objects and lists. */
  readonly depth: number;
  /** Members of objects and items of lists, all together. */
  readonly members: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LIST = 0x5b;
const END_OF_LIST = 0x5d;
const OBJECT = 0x7b;
const END_OF_OBJECT = 0x7d;

/** Bytes outside of strings. Only strings have a reason to be large. */
const MOST_BARE = 16 * 1024 * 1024;

/**
 * The limit that a JSON text exceeds, judged on its bytes in one pass before it is parsed. Whether it is valid JSON is
 * left to the parser.
 */
export function jsonExcess(text: Uint8Array, most: JsonBounds): keyof JsonBounds | undefined {
  let depth = 0;
  let members = 0;
  let bare = 0;
  let isFresh = false;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] as number;
    if ((bare += 1) > MOST_BARE) return 'members';
    if (byte <= SPACE) continue;
    if (byte === END_OF_LIST || byte === END_OF_OBJECT) {
      depth -= 1;
      isFresh = false;
      continue;
    }
    if (isFresh || byte === COMMA) members += 1;
    isFresh = byte === LIST || byte === OBJECT;
    if (isFresh) depth += 1;
    if (depth > most.depth) return 'depth';
    if (members > most.members) return 'members';
    if (byte === QUOTE) at = endOfString(text, at + 1);
  }
  return undefined;
}

/** Longer strings, such as a file's content, are skipped at the speed of a search. */
const SHORT = 256;

/** The position of the quote that ends a string. */
function endOfString(text: Uint8Array, start: number): number {
  let quote = -1;
  for (let at = start; at < text.length;) {
    for (const until = Math.min(at + SHORT, text.length); at < until; at += text[at] === BACKSLASH ? 2 : 1)
      if (text[at] === QUOTE) return at;
    if (quote < at) quote = text.indexOf(QUOTE, at);
    if (quote < 0) return text.length;
    const backslash = text.subarray(at, quote).indexOf(BACKSLASH);
    if (backslash < 0) return quote;
    at += backslash;
  }
  return text.length;
}
