import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ActionCall } from '../core/action.js';
import { contentBytes, contentMembers, oneContent } from '../core/file-content.js';
import { ProviderError } from '../core/provider-error.js';
import { effectMark, newFileId } from './effect-mark.js';
import { driveFileFields, fileName, folderId, storedFile, type StoredFile } from './file.js';
import { multipartBody } from './multipart-body.js';
import { sendThrough } from './resumable-upload.js';
import { apiPath } from '../core/api-path.js';

/** Above this, one request may not carry it all. */
const MULTIPART_BYTES = 5 * 1024 * 1024;

export const newFile = z
  .strictObject({
    name: fileName.describe('Drive allows several of one name in a folder'),
    folderId,
    mimeType: z
      .string()
      .max(127)
      .regex(
        /^(?!application\/vnd\.google-apps)[\w.+-]+\/[\w.+-]+$/i,
        'is a type like text/csv, none of Google’s own',
      )
      .optional()
      .describe('MIME type of the content'),
    description: z.string().max(5000).optional().describe('A description that people see in Drive'),
    ...contentMembers,
  })
  .superRefine(oneContent);

type Call = ActionCall<z.output<typeof newFile>>;

const query = { supportsAllDrives: true, fields: driveFileFields };
const upload = { base: 'uploadBaseUrl' } as const;

/** The file that an id of ours stands for, if it was made. */
async function madeFile(http: Call['http'], id: string | undefined): Promise<StoredFile | undefined> {
  if (id === undefined) return undefined;
  try {
    return await http.get(apiPath`/files/${id}`, { query, response: storedFile });
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'not_found') return undefined;
    throw error;
  }
}

async function sendOnce(
  { http, signal }: Call,
  metadata: object,
  content: Buffer,
  type: string,
): Promise<StoredFile> {
  if (content.length <= MULTIPART_BYTES) {
    const { body, contentType } = multipartBody(metadata, content, type);
    return http.post('/files', {
      ...upload,
      query: { ...query, uploadType: 'multipart' },
      headers: { 'content-type': contentType },
      body,
      response: storedFile,
    });
  }
  const session = await http.openSession('POST', '/files', {
    ...upload,
    query: { ...query, uploadType: 'resumable' },
    headers: { 'x-upload-content-type': type, 'x-upload-content-length': String(content.length) },
    body: metadata,
  });
  return sendThrough(session, content, signal);
}

/** Whether the file may be there although the call failed: no answer, a lost session, or an id that is taken. */
const isUnclear = (error: unknown): error is ProviderError =>
  error instanceof ProviderError &&
  (error.mayHaveHappened || error.code === 'conflict' || error.code === 'not_found');

/** Sends, and after an unclear end asks for the id before anything else; a forgotten session is begun again once. */
async function send(
  call: Call,
  id: string | undefined,
  ...what: [object, Buffer, string]
): Promise<StoredFile> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await sendOnce(call, ...what);
    } catch (error) {
      if (!isUnclear(error)) throw error;
      const made = await madeFile(call.http, id).catch(() => undefined);
      if (made) return made;
      const isForgotten = error.code === 'not_found' && what[1].length > MULTIPART_BYTES;
      if (!isForgotten || attempt > 1) throw error;
    }
  }
}

/** Creates a file and makes sure that Drive has stored what was sent. */
export async function createFile(call: Call): Promise<StoredFile> {
  const { name, folderId: parent, description, mimeType, ...given } = call.input;
  const content = contentBytes(given);
  const type = mimeType ?? (given.base64 === undefined ? 'text/plain' : 'application/octet-stream');
  const id = await newFileId(call.http);
  const about = { id, name, mimeType: type, parents: [parent], description, ...effectMark(call.effectId) };
  const file = await send(call, id, about, content, type);
  const isWhole = !file.md5Checksum || file.md5Checksum === createHash('md5').update(content).digest('hex');
  if (isWhole) return file;
  throw new ProviderError({
    provider: 'google-drive',
    code: 'unexpected_response',
    reason: 'checksum',
    mayHaveHappened: true,
  });
}
