import type { Mail } from './mails.js';
import type { ParsedMessage } from './message-text.js';
import { bodyBytes, filenameOf, headerOf, parseMessage, partsOf, readableText } from './message-text.js';

/** A message as `messages.get` answers it in the asked format. */
export function messageResource(mail: Mail, format: string, metadataHeaders: string[] = []): unknown {
  const text = Buffer.from(mail.raw, 'base64url').toString('utf8');
  const base = {
    id: mail.id,
    threadId: mail.threadId,
    labelIds: mail.labelIds,
    sizeEstimate: Buffer.byteLength(text),
    historyId: String(mail.historyId),
    internalDate: String(mail.internalDate),
  };
  if (format === 'minimal') return { ...base, snippet: snippetOf(text) };
  if (format === 'raw') return { ...base, snippet: snippetOf(text), raw: mail.raw };
  const message = parseMessage(text);
  if (format === 'metadata') {
    const wanted = new Set(metadataHeaders.map((name) => name.toLowerCase()));
    const headers = message.headers.filter(({ name }) => wanted.size === 0 || wanted.has(name.toLowerCase()));
    return { ...base, snippet: snippetOf(text), payload: { mimeType: mimeTypeOf(message), headers } };
  }
  return { ...base, snippet: snippetOf(text), payload: payloadOf(mail, message, '') };
}

function snippetOf(text: string): string {
  const words = readableText(parseMessage(text)).replace(/\s+/g, ' ').trim();
  return words.slice(0, 200).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The bytes of an attachment, by the id that `messages.get` gave; ids are opaque and belong to one message. */
export function attachmentBytes(mail: Mail, attachmentId: string): Buffer | undefined {
  const text = Buffer.from(mail.raw, 'base64url').toString('utf8');
  return leavesOf(parseMessage(text), '')
    .filter(({ partId }) => attachmentIdOf(mail, partId) === attachmentId)
    .map(({ part }) => bodyBytes(part))[0];
}

function attachmentIdOf(mail: Mail, partId: string): string {
  return `ANGjdJ${Buffer.from(`${mail.id} ${partId}`).toString('base64url')}`;
}

function leavesOf(part: ParsedMessage, partId: string): { part: ParsedMessage; partId: string }[] {
  const parts = childrenOf(part);
  if (!parts) return [{ part, partId }];
  return parts.flatMap((child, index) => leavesOf(child, below(partId, index)));
}

function childrenOf(part: ParsedMessage): ParsedMessage[] | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(headerOf(part, 'Content-Type') ?? '')?.[1];
  return boundary === undefined ? undefined : partsOf(part.body, boundary);
}

function below(partId: string, index: number): string {
  return partId === '' ? String(index) : `${partId}.${index}`;
}

function payloadOf(mail: Mail, part: ParsedMessage, partId: string): unknown {
  const filename = filenameOf(part);
  const base = { partId, mimeType: mimeTypeOf(part), filename, headers: part.headers };
  const parts = childrenOf(part);
  if (parts) {
    const shown = parts.map((child, index) => payloadOf(mail, child, below(partId, index)));
    return { ...base, body: { size: 0 }, parts: shown };
  }
  const content = bodyBytes(part);
  const byId = { ...base, body: { attachmentId: attachmentIdOf(mail, partId), size: content.length } };
  if (base.mimeType === 'message/rfc822') {
    return { ...byId, parts: [payloadOf(mail, parseMessage(content.toString('utf8')), below(partId, 0))] };
  }
  if (filename !== '' || headerOf(part, 'X-Twin-Body') === 'by-id') return byId;
  return { ...base, body: { size: content.length, data: content.toString('base64url') } };
}

function mimeTypeOf(message: ParsedMessage): string {
  return headerOf(message, 'Content-Type')?.split(';')[0]?.trim() ?? 'text/plain';
}
