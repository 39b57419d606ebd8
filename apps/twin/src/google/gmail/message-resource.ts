import type { Mail } from './mails.js';
import type { ParsedMessage } from './message-text.js';
import { decodeBody, headerOf, parseMessage, partsOf, readableText } from './message-text.js';

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
  return { ...base, snippet: snippetOf(text), payload: payloadOf(message, '') };
}

function snippetOf(text: string): string {
  const words = readableText(parseMessage(text)).replace(/\s+/g, ' ').trim();
  return words.slice(0, 200).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function payloadOf(message: ParsedMessage, partId: string): unknown {
  const boundary = /boundary="?([^";]+)"?/i.exec(headerOf(message, 'Content-Type') ?? '')?.[1];
  const filename = /filename="?([^";]+)"?/i.exec(headerOf(message, 'Content-Disposition') ?? '')?.[1] ?? '';
  const base = { partId, mimeType: mimeTypeOf(message), filename, headers: message.headers };
  if (boundary) {
    const parts = partsOf(message.body, boundary);
    const below = partId === '' ? '' : `${partId}.`;
    return {
      ...base,
      body: { size: 0 },
      parts: parts.map((part, index) => payloadOf(part, `${below}${index}`)),
    };
  }
  const content = Buffer.from(decodeBody(message));
  return { ...base, body: { size: content.length, data: content.toString('base64url') } };
}

function mimeTypeOf(message: ParsedMessage): string {
  return headerOf(message, 'Content-Type')?.split(';')[0]?.trim() ?? 'text/plain';
}
