import { z } from 'zod';
import { apiPath } from '../core/api-path.js';
import { ProviderError } from '../core/provider-error.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { attachmentsOf, type FullMessage } from './full-message.js';
import { shownHeader } from './header-values.js';
import { headerOf, type Part } from './message-parts.js';
import type { AttachedFile } from './new-message.js';

const MEGABYTE = 1_000_000;

/** All attachments of a message that is forwarded, together. */
const MOST_FORWARDED = 5 * MEGABYTE;

const refusal = (reason: string) => new ProviderError({ provider: 'gmail', code: 'invalid_request', reason });

/**
 * The bytes of a part; fetched unless Gmail gave them with the message.
 * @throws ProviderError `invalid_request` when it is larger than allowed; nothing is fetched then
 */
export async function contentOf(
  http: ProviderHttp,
  messageId: string,
  { body }: Part,
  maxBytes: number,
): Promise<Buffer> {
  if (body.size > maxBytes) throw refusal('attachmentTooLarge');
  if (body.attachmentId === undefined) return Buffer.from(body.data ?? '', 'base64url');
  const { data } = await http.get(apiPath`/users/me/messages/${messageId}/attachments/${body.attachmentId}`, {
    response: z.object({ data: z.string() }),
  });
  const content = Buffer.from(data, 'base64url');
  if (content.length > maxBytes) throw refusal('attachmentTooLarge');
  return content;
}

/** The part with this id; the id is empty, too, where the message is one file. @throws ProviderError `not_found` */
export function attachmentIn(message: FullMessage, partId: string): Part {
  const part = attachmentsOf(message).find((one) => one.partId === (partId || '0'));
  if (!part) throw new ProviderError({ provider: 'gmail', code: 'not_found', reason: 'attachment' });
  return part;
}

const mediaType = (mimeType: string): string =>
  /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(mimeType) ? mimeType : 'application/octet-stream';

/** Everything that came along, for passing it on. @throws ProviderError `invalid_request` beyond 5 MB */
export async function filesOf(http: ProviderHttp, message: FullMessage): Promise<AttachedFile[]> {
  const parts = attachmentsOf(message);
  const total = parts.reduce((sum, { body }) => sum + body.size, 0);
  if (total > MOST_FORWARDED) throw refusal('attachmentsTooLarge');
  const files: AttachedFile[] = [];
  for (const part of parts) {
    const cid = /^<([\x21-\x3b\x3d\x3f-\x7e]{1,250})>$/.exec(headerOf(part, 'content-id')?.trim() ?? '')?.[1];
    files.push({
      filename: shownHeader(part.filename).slice(0, 250).toWellFormed() || 'attachment',
      mimeType: mediaType(part.mimeType),
      content: await contentOf(http, message.id, part, MOST_FORWARDED),
      ...(cid === undefined ? {} : { cid }),
    });
  }
  return files;
}
