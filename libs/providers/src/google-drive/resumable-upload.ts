import { UploadRetry } from '../core/upload-retry.js';
import { contentRange, keptBytes } from '../core/http/byte-ranges.js';
import { ProviderError } from '../core/provider-error.js';
import type { BytesAnswer, UploadSession } from '../core/provider-http.js';
import { storedFile, type StoredFile } from './file.js';

/** Pieces are multiples of 256 KiB, but for the last. */
const PIECE_BYTES = 16 * 256 * 1024;

const isUnfinished = ({ status }: BytesAnswer): boolean => status === 308;

const broken = (reason: string) =>
  new ProviderError({ provider: 'google-drive', code: 'unexpected_response', reason, mayHaveHappened: true });

const unmoved = new ProviderError({
  provider: 'google-drive',
  code: 'unavailable',
  reason: 'no_progress',
  mayHaveHappened: true,
});

/** How far it got: a number of bytes, or the file. */
type Progress = { readonly kept: number } | { readonly file: StoredFile };

function progressOf(answer: BytesAnswer, sent: number): Progress {
  if (!isUnfinished(answer)) {
    const file = storedFile.safeParse(answer.json());
    if (!file.success) throw broken('unexpected_shape');
    return { file: file.data };
  }
  const kept = keptBytes(answer.headers.range);
  if (kept === undefined || kept > sent) throw broken('range');
  return { kept };
}

/**
 * Sends content through a session, piece by piece. Drive may keep less of a piece than was sent, and a break may leave
 * any part of it there, so what counts is its own word on how far it got. One that has all is asked for the file.
 *
 * https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable
 *
 * @throws ProviderError; `not_found` when Drive has forgotten the session: open a new one.
 */
export async function sendThrough(
  session: UploadSession,
  content: Buffer,
  signal: AbortSignal,
): Promise<StoredFile> {
  const breaks = new UploadRetry(signal);
  let offset = 0;
  let isCertain = true;
  for (;;) {
    const hasAll = offset === content.length;
    const isAsking = hasAll || !isCertain;
    const piece = isAsking ? Buffer.alloc(0) : content.subarray(offset, offset + PIECE_BYTES);
    const range = isAsking ? `bytes */${content.length}` : contentRange(offset, piece.length, content.length);
    try {
      const answer = await session.put({
        body: piece,
        headers: { 'content-range': range },
        understands: isUnfinished,
      });
      const sent = Math.min(offset + (isAsking ? PIECE_BYTES : piece.length), content.length);
      const progress = progressOf(answer, sent);
      if ('file' in progress) return progress.file;
      if (progress.kept > offset) breaks.progress();
      else if (hasAll || !isAsking) throw unmoved;
      offset = progress.kept;
      isCertain = true;
    } catch (error) {
      await breaks.survive(error);
      isCertain = false;
    }
  }
}
