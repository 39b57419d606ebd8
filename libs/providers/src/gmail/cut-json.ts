const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const closers: Readonly<Record<number, string>> = { 0x7b: '}', 0x5b: ']' };

/** Where the string that begins here ends, or -1 when the text ends first. */
function stringEnd(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(QUOTE, start + 1);
  while (end > 0) {
    let slashes = 0;
    while (bytes[end - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
    end = bytes.indexOf(QUOTE, end + 1);
  }
  return -1;
}

/** A piece of a string, without half an escape or half a character at its end, as JSON. */
const closedString = (bytes: Buffer): string =>
  `${new TextDecoder()
    .decode(bytes)
    .replace(/\ufffd+$/, '')
    .replace(/(?<!\\)((?:\\\\)*)\\(u[0-9a-f]{0,3})?$/i, '$1')}"`;

/**
 * Reads JSON whose end is cut off: what is there up to the cut, the last string as far as it goes. `undefined` when that
 * is nothing.
 */
export function parseCut(bytes: Buffer): unknown {
  const open: string[] = [];
  let [safe, tail, before] = [0, '', 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const closer = closers[byte];
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at);
      const isValue = before === COLON || open.at(-1) === ']';
      if (end < 0 && isValue) [safe, tail] = [at, closedString(bytes.subarray(at))];
      if (end < 0) break;
      at = end;
      if (isValue) safe = end + 1;
    } else if (closer !== undefined) {
      open.push(closer);
      safe = at + 1;
    } else if (byte === 0x7d || byte === 0x5d) {
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
