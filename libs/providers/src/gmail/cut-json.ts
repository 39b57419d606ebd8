import { jsonExcess } from '../core/json-bounds.js';

const [QUOTE, BACKSLASH, COMMA, COLON, U] = [0x22, 0x5c, 0x2c, 0x3a, 0x75];
const closers: Readonly<Record<number, string>> = { 0x7b: '}', 0x5b: ']' };
const isCloser = (byte: number): boolean => byte === 0x7d || byte === 0x5d;

/** More structure than any message has. */
const BOUNDS = { depth: 256, members: 300_000 };

/** Where a string is found to end, or how much of it is there. */
interface StringEnd {
  /** Of its closing quote; -1 when the text ends first. */
  readonly end: number;
  /** Where half an escape begins, or the text ends. */
  readonly whole: number;
}

function stringEnd(bytes: Buffer, start: number): StringEnd {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === QUOTE) return { end: at, whole: at };
    if (bytes[at] !== BACKSLASH) continue;
    const length = bytes[at + 1] === U ? 6 : 2;
    if (at + length > bytes.length) return { end: -1, whole: at };
    at += length - 1;
  }
  return { end: -1, whole: bytes.length };
}

/** A piece of a string, without half a character at its end, as JSON. */
const closedString = (bytes: Buffer): string => `${new TextDecoder().decode(bytes).replace(/\ufffd$/, '')}"`;

/**
 * Reads JSON whose end is cut off: what is there up to the cut, the last string as far as it goes. `undefined` when that
 * is nothing, and for more structure than a message has.
 */
export function parseCut(bytes: Buffer): unknown {
  if (jsonExcess(bytes, BOUNDS)) return undefined;
  const open: string[] = [];
  let [safe, tail, before] = [0, '', 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const closer = closers[byte];
    if (byte === QUOTE) {
      const { end, whole } = stringEnd(bytes, at);
      const isValue = before === COLON || open.at(-1) === ']';
      if (end < 0 && isValue) [safe, tail] = [at, closedString(bytes.subarray(at, whole))];
      if (end < 0) break;
      at = end;
      if (isValue) safe = end + 1;
    } else if (closer !== undefined) {
      open.push(closer);
      safe = at + 1;
    } else if (isCloser(byte)) {
      open.pop();
      safe = at + 1;
    } else if (byte === COMMA) safe = at;
    if (byte > 0x20) before = byte;
  }
  try {
    return JSON.parse(bytes.toString('utf8', 0, safe) + tail + open.reverse().join(''));
  } catch {
    return undefined;
  }
}
