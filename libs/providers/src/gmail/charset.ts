import iconv from 'iconv-lite';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const REPLACEMENT = '\ufffd';

function asUtf8(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The encoding standard's decoders first, then older ones; `undefined` for a charset that nobody knows. */
function decodedAs(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return iconv.encodingExists(charset) ? iconv.decode(bytes, charset) : undefined;
  }
}

const replacements = (text: string): number => text.split(REPLACEMENT).length - 1;

/** Whether bytes that are UTF-8 may be meant otherwise: UTF-16 has zero bytes, the seven-bit charsets escapes. */
function isMeantAs(charset: string, bytes: Buffer): boolean {
  if (/^(utf-?(16|32)|ucs-?[24]|unicode|iso-10646|csunicode)/.test(charset)) return bytes.includes(0);
  if (/^iso-?2022/.test(charset)) return bytes.includes(0x1b) && bytes.every((byte) => byte < 0x80);
  return false;
}

function byMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/**
 * The text of a body. Gmail converts bodies to UTF-8 and keeps the header, so the bytes decide: what is UTF-8 is read as
 * that unless it can only be meant otherwise, the rest as the part says, and what no charset fits as UTF-8 with U+FFFD.
 */
export function decodeBody(bytes: Buffer, declared: string | undefined): string {
  const charset = byMark(bytes) ?? declared?.trim().toLowerCase();
  const plain = asUtf8(bytes);
  if (plain !== undefined && !(charset && isMeantAs(charset, bytes))) return plain;
  const said = charset === undefined ? undefined : decodedAs(bytes, charset);
  const fallback = plain ?? new TextDecoder().decode(bytes);
  return said !== undefined && replacements(said) <= replacements(fallback) ? said : fallback;
}
