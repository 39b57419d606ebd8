import { isAscii } from 'node:buffer';
import iconv from 'iconv-lite';
import { inTurns } from '../core/in-turns.js';

const REPLACEMENT = 0xfffd;

/** Decodes a text that comes in slices. */
interface SliceDecoder {
  write(bytes: Buffer): string;
  end(): string | undefined;
}

function standardDecoder(charset: string, fatal = false): SliceDecoder {
  const decoder = new TextDecoder(charset, { fatal });
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

/** The encoding standard's decoders first, then older ones; `undefined` for a charset that nobody knows. */
function decoderOf(charset: string): SliceDecoder | undefined {
  try {
    return standardDecoder(charset);
  } catch {
    return iconv.encodingExists(charset) ? iconv.getDecoder(charset) : undefined;
  }
}

const decodedBy = async (decoder: SliceDecoder, bytes: Buffer): Promise<string> =>
  (await inTurns(bytes, (slice) => decoder.write(slice))) + (decoder.end() ?? '');

async function asUtf8(bytes: Buffer): Promise<string | undefined> {
  try {
    return await decodedBy(standardDecoder('utf-8', true), bytes);
  } catch {
    return undefined;
  }
}

function replacements(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) === REPLACEMENT) count += 1;
  return count;
}

/** Whether bytes that are UTF-8 may be meant otherwise: UTF-16 has zero bytes, the seven-bit charsets escapes. */
function isMeantAs(charset: string, bytes: Buffer): boolean {
  if (/^(utf-?(16|32)|ucs-?[24]|unicode|iso-10646|csunicode)/.test(charset)) return bytes.includes(0);
  if (/^iso-?2022/.test(charset)) return bytes.includes(0x1b) && isAscii(bytes);
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
export async function decodeBody(bytes: Buffer, declared: string | undefined): Promise<string> {
  const charset = byMark(bytes) ?? declared?.trim().toLowerCase();
  const plain = await asUtf8(bytes);
  if (plain !== undefined && !(charset && isMeantAs(charset, bytes))) return plain;
  const decoder = charset === undefined ? undefined : decoderOf(charset);
  const said = decoder && (await decodedBy(decoder, bytes));
  const fallback = plain ?? (await decodedBy(standardDecoder('utf-8'), bytes));
  return said !== undefined && replacements(said) <= replacements(fallback) ? said : fallback;
}
