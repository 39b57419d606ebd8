import { createHash } from 'node:crypto';
import { apiPath } from '../core/api-path.js';
import { parseContentRange } from '../core/byte-ranges.js';
import { pieceOf } from '../core/file-content.js';
import { ProviderError, type ProviderErrorOptions } from '../core/provider-error.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { storedFile, type StoredFile } from './file.js';

/** What Drive exports of a Google document at most. */
export const MAX_EXPORT_BYTES = 10 * 1000 * 1000;

const failed = (code: ProviderErrorOptions['code'], reason: string) =>
  new ProviderError({ provider: 'google-drive', code, reason });

/** Name, type, size and checksum: what reading needs to know. */
export const aboutFile = (http: ProviderHttp, fileId: string): Promise<StoredFile> =>
  http.get(apiPath`/files/${fileId}`, {
    query: { fields: 'id,name,mimeType,size,md5Checksum', supportsAllDrives: true },
    response: storedFile,
  });

interface Piece {
  readonly fileId: string;
  readonly offset: number;
  readonly maxBytes: number;
  readonly encoding: 'auto' | 'base64';
}

async function bytesOf(
  http: ProviderHttp,
  { fileId, offset }: Piece,
  length: number,
  whole: boolean,
): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  const { bytes, headers, status } = await http.bytes('GET', apiPath`/files/${fileId}`, {
    query: { alt: 'media', supportsAllDrives: true },
    headers: { range: `bytes=${offset}-${offset + length - 1}` },
    maxBytes: length,
  });
  const isAsked = status === 206 ? parseContentRange(headers['content-range'])?.first === offset : whole;
  if (!isAsked || bytes.length !== length) throw failed('unexpected_response', 'range');
  return bytes;
}

/**
 * One piece of a file that has content of its own.
 * @throws ProviderError `invalid_request` for a Google document (`export_instead`) or an offset behind the end.
 */
export async function readPiece(http: ProviderHttp, piece: Piece) {
  const { name, mimeType, size: digits, md5Checksum } = await aboutFile(http, piece.fileId);
  if (digits === undefined) throw failed('invalid_request', 'no_content_use_export');
  const size = Number(digits);
  if (piece.offset > size) throw failed('invalid_request', 'offset_behind_the_end');
  const length = Math.min(piece.maxBytes, size - piece.offset);
  const isWhole = length === size;
  const bytes = await bytesOf(http, piece, length, isWhole);
  if (isWhole && md5Checksum && md5Checksum !== createHash('md5').update(bytes).digest('hex'))
    throw failed('unexpected_response', 'checksum');
  return { name, mimeType, ...pieceOf(bytes, { ...piece, size }) };
}
