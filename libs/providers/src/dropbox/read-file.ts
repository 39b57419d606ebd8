import { parseContentRange } from '../core/http/byte-ranges.js';
import { pieceOf } from '../core/file-content.js';
import { ProviderError } from '../core/provider-error.js';
import type { BytesAnswer, ProviderHttp } from '../core/provider-http.js';
import { apiArg } from './api-arg.js';
import { contentHash } from './content-hash.js';
import { dropboxFile, type DropboxEntry } from './entry.js';

interface Piece {
  readonly path: string;
  readonly offset: number;
  readonly maxBytes: number;
  readonly encoding: 'auto' | 'base64';
}

const failed = (code: ProviderError['code'], reason: string) =>
  new ProviderError({
    provider: 'dropbox',
    code,
    reason,
    mayHaveHappened: code === 'unexpected_response',
  });

const RANGE_NOT_SATISFIABLE = 416;

const download = (
  http: ProviderHttp,
  { path, offset, maxBytes }: Piece,
  isWhole = false,
): Promise<BytesAnswer> =>
  http.bytes('POST', '/files/download', {
    base: 'contentBaseUrl',
    headers: {
      'dropbox-api-arg': apiArg({ path }),
      ...(isWhole ? {} : { range: `bytes=${offset}-${offset + maxBytes - 1}` }),
    },
    maxBytes,
    understands: ({ status }) => !isWhole && status === RANGE_NOT_SATISFIABLE,
  });

function fileOf({ headers }: BytesAnswer): DropboxEntry & { size: number } {
  const file = dropboxFile.safeParse(parsed(headers['dropbox-api-result']));
  if (file.success && file.data.size !== undefined) return { ...file.data, size: file.data.size };
  throw failed('unexpected_response', 'unexpected_shape');
}

function parsed(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return undefined;
  }
}

/** Whether the bytes are those that were asked for, no more and no less. */
function fits({ status, headers, bytes }: BytesAnswer, { offset, maxBytes }: Piece, size: number): boolean {
  const first = status === 206 ? parseContentRange(headers['content-range'])?.first : 0;
  return first === offset && bytes.length === Math.min(maxBytes, size - offset);
}

/**
 * One piece of a file. No range fits into an empty file, which is then asked for as a whole.
 * @throws ProviderError `invalid_request` for an offset behind the end
 */
export async function readPiece(http: ProviderHttp, piece: Piece) {
  let answer = await download(http, piece);
  if (answer.status === RANGE_NOT_SATISFIABLE) {
    if (piece.offset > 0) throw failed('invalid_request', 'offset_behind_the_end');
    answer = await download(http, piece, true);
  }
  const { name, path, rev, size, contentHash: hash } = fileOf(answer);
  if (!fits(answer, piece, size)) throw failed('unexpected_response', 'range');
  if (hash && answer.bytes.length === size && contentHash(answer.bytes) !== hash)
    throw failed('unexpected_response', 'content_hash');
  return { name, path, rev, contentHash: hash, ...pieceOf(answer.bytes, { ...piece, size }) };
}
