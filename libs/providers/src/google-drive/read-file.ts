import { createHash } from 'node:crypto';
import { apiPath } from '../core/api-path.js';
import { parseContentRange } from '../core/http/byte-ranges.js';
import { pieceOf } from '../core/file-content.js';
import { ProviderError, type ProviderErrorOptions } from '../core/provider-error.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { FOLDER, SHORTCUT, storedFile, type StoredFile } from './file.js';

/** Drive's limit for an export of a Google document. */
export const MAX_EXPORT_BYTES = 10 * 1000 * 1000;

const failed = (code: ProviderErrorOptions['code'], reason: string) =>
  new ProviderError({ provider: 'google-drive', code, reason });

const facts = (http: ProviderHttp, fileId: string): Promise<StoredFile> =>
  http.get(apiPath`/files/${fileId}`, {
    query: {
      fields: 'id,name,mimeType,size,md5Checksum,shortcutDetails(targetId,targetMimeType)',
      supportsAllDrives: true,
    },
    response: storedFile,
  });

/**
 * The file that a shortcut points to.
 * @throws ProviderError `not_found` (`shortcut_target`) when it is gone.
 */
async function targetOf(http: ProviderHttp, { shortcutDetails }: StoredFile): Promise<StoredFile> {
  const { targetId } = shortcutDetails ?? {};
  if (targetId === undefined) throw failed('not_found', 'shortcut_target');
  try {
    return await facts(http, targetId);
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'not_found')
      throw failed('not_found', 'shortcut_target');
    throw error;
  }
}

/**
 * Name, type, size and checksum of the file that is read. A shortcut never points to another one.
 * @throws ProviderError `invalid_request` for a folder, which has no content.
 */
export async function aboutFile(http: ProviderHttp, fileId: string): Promise<StoredFile> {
  const asked = await facts(http, fileId);
  const file = asked.mimeType === SHORTCUT ? await targetOf(http, asked) : asked;
  if (file.mimeType === FOLDER) throw failed('invalid_request', 'is_a_folder');
  return file;
}

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
  const { id, name, mimeType, size: digits, md5Checksum } = await aboutFile(http, piece.fileId);
  if (digits === undefined) throw failed('invalid_request', 'no_content_use_export');
  const size = Number(digits);
  if (piece.offset > size) throw failed('invalid_request', 'offset_behind_the_end');
  const length = Math.min(piece.maxBytes, size - piece.offset);
  const isWhole = length === size;
  const bytes = await bytesOf(http, { ...piece, fileId: id }, length, isWhole);
  if (isWhole && md5Checksum && md5Checksum !== createHash('md5').update(bytes).digest('hex'))
    throw failed('unexpected_response', 'checksum');
  return { name, mimeType, ...pieceOf(bytes, { ...piece, size }) };
}
