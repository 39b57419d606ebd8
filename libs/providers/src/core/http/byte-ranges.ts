/** First and last byte, both included, and the length of the whole, where it is known. */
export interface ContentRange {
  readonly first: number;
  readonly last: number;
  readonly size: number | undefined;
}

const number = (digits: string | undefined): number | undefined => {
  const value = Number(digits);
  return digits !== undefined && Number.isSafeInteger(value) ? value : undefined;
};

/** Reads `Content-Range: bytes 0-99/1234` (RFC 9110 section 14.4); `undefined` for what makes no sense. */
export function parseContentRange(header: string | undefined): ContentRange | undefined {
  const [, from, to, of] = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)$/i.exec(header?.trim() ?? '') ?? [];
  const [first, last, size] = [number(from), number(to), of === '*' ? undefined : number(of)];
  if (first === undefined || last === undefined || last < first) return undefined;
  if (of !== '*' && (size === undefined || last >= size)) return undefined;
  return { first, last, size };
}

/**
 * How many bytes a resumable upload has kept, from the `Range: bytes=0-41` of an unfinished answer. No header means
 * none; `undefined` means that it makes no sense.
 */
export function keptBytes(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '') return 0;
  const last = number(/^bytes[= ]0-(\d{1,15})$/i.exec(header.trim())?.[1]);
  return last === undefined ? undefined : last + 1;
}

/** `Content-Range` of one piece out of `size` bytes. */
export const contentRange = (start: number, length: number, size: number): string =>
  `bytes ${start}-${start + length - 1}/${size}`;
