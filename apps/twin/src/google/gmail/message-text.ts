/** A header line of a message. */
export interface Header {
  name: string;
  value: string;
}

/** A message taken apart: headers in their order, and the body after the blank line. */
export interface ParsedMessage {
  headers: Header[];
  body: string;
}

/** Takes RFC 5322 text apart; folded headers are joined. */
export function parseMessage(text: string): ParsedMessage {
  const end = /\r?\n\r?\n/.exec(text);
  const head = end ? text.slice(0, end.index) : text;
  const body = end ? text.slice(end.index + end[0].length) : '';
  const headers = head
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .map((line) => /^([!-9;-~]+):\s*(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = '', value = '']) => ({ name, value }));
  return { headers, body };
}

/** The first value of a header, by name without regard to case. */
export function headerOf(message: ParsedMessage, name: string): string | undefined {
  return message.headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value;
}

/** The text that a person reads, decoded as far as the twin goes (identity, base64, quoted-printable). */
export function readableText(message: ParsedMessage): string {
  const boundary = /boundary="?([^";]+)"?/i.exec(headerOf(message, 'Content-Type') ?? '')?.[1];
  if (boundary) {
    return partsOf(message.body, boundary)
      .map((part) => readableText(part))
      .join('\n');
  }
  return decodeBody(message);
}

/** The parts of a multipart body. */
export function partsOf(body: string, boundary: string): ParsedMessage[] {
  return body
    .split(`--${boundary}`)
    .slice(1)
    .filter((part) => !part.startsWith('--'))
    .map((part) => parseMessage(part.replace(/^\r?\n/, '').replace(/\r?\n$/, '')));
}

/** A body without its transfer encoding, as text. */
export function decodeBody(message: ParsedMessage): string {
  return bodyBytes(message).toString('utf8');
}

/** A body without its transfer encoding. */
export function bodyBytes(message: ParsedMessage): Buffer {
  const encoding = headerOf(message, 'Content-Transfer-Encoding')?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(message.body, 'base64');
  if (encoding === 'quoted-printable') {
    const bytes = message.body
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1');
  }
  return Buffer.from(message.body);
}

/** The file name of a part: plain, in encoded words, or in the pieces of RFC 2231. */
export function filenameOf(message: ParsedMessage): string {
  const disposition = headerOf(message, 'Content-Disposition') ?? '';
  const pieces = [...disposition.matchAll(/filename\*(?:\d+\*?)?=(?:utf-8'')?"?([^";]+)"?/gi)];
  if (pieces.length > 0) return decodeURIComponent(pieces.map(([, piece]) => piece).join(''));
  const plain = /filename="?([^";]+)"?/i.exec(disposition);
  const named = plain ?? /;\s*name="?([^";]+)"?/i.exec(headerOf(message, 'Content-Type') ?? '');
  return decodeWords(named?.[1] ?? '');
}

/** The addresses of a header such as `To`. */
export function addressesOf(value: string | undefined): string[] {
  return [...(value ?? '').matchAll(/[^\s<>,;:"]+@[^\s<>,;:"]+/g)].map(([address]) => address.toLowerCase());
}

/** Decodes RFC 2047 words. */
export function decodeWords(value: string): string {
  return value.replace(/=\?utf-8\?([bq])\?([^?]*)\?=\s*/gi, (_all, kind: string, text: string) =>
    kind.toLowerCase() === 'b'
      ? Buffer.from(text, 'base64').toString('utf8')
      : decodeBody({
          headers: [{ name: 'Content-Transfer-Encoding', value: 'quoted-printable' }],
          body: text.replaceAll('_', ' '),
        }),
  );
}
