import { z } from 'zod';
import { UploadRetry } from '../core/upload-retry.js';
import { ProviderError } from '../core/provider-error.js';
import type { BytesAnswer, ProviderHttp } from '../core/provider-http.js';
import { apiArg } from './api-arg.js';
import { contentHash } from './content-hash.js';
import { dropboxFile, type DropboxEntry } from './entry.js';

/** Above this, content goes through a session, in pieces that a break does not cost much. */
const SIMPLE_BYTES = 8 * 1024 * 1024;

/** The blocks of the content hash. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** `CommitInfo`: where to and what to do about what is there. */
export interface Commit {
  readonly path: string;
  readonly mode: unknown;
}

const offsetError = z.union([
  z.object({ '.tag': z.literal('incorrect_offset'), correct_offset: z.int().nonnegative() }),
  z
    .object({
      lookup_failed: z.object({
        '.tag': z.literal('incorrect_offset'),
        correct_offset: z.int().nonnegative(),
      }),
    })
    .transform(({ lookup_failed }) => lookup_failed),
]);

/** The right offset, where a session refuses a piece because it is not the next one. */
function correctOffset(answer: BytesAnswer): number | undefined {
  if (answer.status !== 409) return undefined;
  const body = z.object({ error: offsetError }).safeParse(answer.json());
  return body.data?.error.correct_offset;
}

const isMisplaced = (answer: BytesAnswer): boolean => correctOffset(answer) !== undefined;

const send = (http: ProviderHttp, route: string, arg: unknown, body: Buffer): Promise<BytesAnswer> =>
  http.bytes('POST', `/files/${route}`, {
    base: 'contentBaseUrl',
    headers: { 'dropbox-api-arg': apiArg(arg) },
    body,
    understands: isMisplaced,
  });

const unexpected = (reason: string) =>
  new ProviderError({ provider: 'dropbox', code: 'unexpected_response', reason, mayHaveHappened: true });

const unmoved = new ProviderError({ provider: 'dropbox', code: 'unavailable', reason: 'no_progress' });

/** Opens a session and sends all but the commit. Gives the session's id, which is no use without the token. */
async function sendPieces(http: ProviderHttp, content: Buffer, breaks: UploadRetry): Promise<string> {
  const started = await send(http, 'upload_session/start', { close: false }, Buffer.alloc(0));
  const session = z.object({ session_id: z.string().min(1) }).safeParse(started.json());
  if (!session.success) throw unexpected('unexpected_shape');
  const { session_id } = session.data;
  let furthest = 0;
  for (let offset = 0; offset < content.length;) {
    const piece = content.subarray(offset, offset + PIECE_BYTES);
    const cursor = { session_id, offset };
    const arg = { cursor, close: false, content_hash: contentHash(piece) };
    try {
      const answer = await send(http, 'upload_session/append_v2', arg, piece);
      offset = correctOffset(answer) ?? offset + piece.length;
      if (offset > content.length) throw unexpected('offset');
      if (offset <= furthest) throw unmoved;
      furthest = offset;
      breaks.progress();
    } catch (error) {
      await breaks.survive(error);
    }
  }
  return session_id;
}

/** Whether Dropbox only asks to wait with a write, which then has not happened. */
const isBusy = (error: unknown): boolean => error instanceof ProviderError && error.code === 'rate_limited';

/** Sends a write that nobody else may be making: another one in the same account lets it wait. */
async function whenFree(write: () => Promise<BytesAnswer>, signal: AbortSignal): Promise<BytesAnswer> {
  const breaks = new UploadRetry(signal);
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isBusy(error)) throw error;
      await breaks.survive(error);
    }
  }
}

function storedFile(answer: BytesAnswer, hash: string): DropboxEntry {
  const file = dropboxFile.safeParse(answer.json());
  if (!file.success || answer.status !== 200) throw unexpected('unexpected_shape');
  if (file.data.contentHash !== undefined && file.data.contentHash !== hash) throw unexpected('content_hash');
  return file.data;
}

/** @throws ProviderError; `not_found` when Dropbox has forgotten the session, with nothing stored: begin again. */
async function throughSession(
  http: ProviderHttp,
  commit: Commit,
  content: Buffer,
  signal: AbortSignal,
): Promise<BytesAnswer> {
  const session_id = await sendPieces(http, content, new UploadRetry(signal));
  const finish = { cursor: { session_id, offset: content.length }, commit };
  return whenFree(() => send(http, 'upload_session/finish', finish, Buffer.alloc(0)), signal);
}

/**
 * Uploads content, in one request or through a session. Dropbox compares each piece with its hash, and we the whole.
 *
 * https://www.dropbox.com/developers/documentation/http/documentation#files-upload_session-start
 */
export async function upload(
  http: ProviderHttp,
  commit: Commit,
  content: Buffer,
  signal: AbortSignal,
): Promise<DropboxEntry> {
  const hash = contentHash(content);
  if (content.length <= SIMPLE_BYTES) {
    const arg = { ...commit, content_hash: hash };
    return storedFile(await whenFree(() => send(http, 'upload', arg, content), signal), hash);
  }
  try {
    return storedFile(await throughSession(http, commit, content, signal), hash);
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'not_found') throw error;
    return storedFile(await throughSession(http, commit, content, signal), hash);
  }
}
