import type { AnsweringServer, RecordedRequest } from './answering-server.js';

/** Messages as Gmail gives them, in every shape that mail comes in. */

export interface MessagePart {
  mimeType: string;
  partId?: string;
  filename?: string;
  headers?: { name: string; value: string }[];
  body?: { size: number; data?: string; attachmentId?: string };
  parts?: MessagePart[];
}

/** A body as Gmail gives it: with the message, or behind an id under which it is fetched. */
export const kept = new Map<string, string>();
export const behind = (content: string): MessagePart['body'] => {
  const attachmentId = `id-${kept.size}`;
  kept.set(attachmentId, Buffer.from(content).toString('base64url'));
  return { size: content.length, attachmentId };
};
export const inline = (content: string): MessagePart['body'] => ({
  size: content.length,
  data: Buffer.from(content).toString('base64url'),
});
export const leaf = (mimeType: string, content: string, over: Partial<MessagePart> = {}): MessagePart => ({
  mimeType,
  filename: '',
  headers: [{ name: 'Content-Type', value: mimeType }],
  body: inline(content),
  ...over,
});
export const plain = (content: string, over: Partial<MessagePart> = {}) => leaf('text/plain', content, over);
export const html = (content: string, over: Partial<MessagePart> = {}) => leaf('text/html', content, over);
export const multi = (kind: string, ...parts: MessagePart[]): MessagePart => ({
  mimeType: `multipart/${kind}`,
  filename: '',
  body: { size: 0 },
  parts,
});
export const pdf = (over: Partial<MessagePart> = {}) =>
  leaf('application/pdf', '%PDF', { filename: 'a.pdf', ...over });
export const calendar = (over: Partial<MessagePart> = {}) => leaf('text/calendar', 'BEGIN:VCALENDAR', over);

/** Part ids as Gmail gives them. */
export const numbered = (node: MessagePart, partId = ''): MessagePart => ({
  ...node,
  partId,
  ...(node.parts
    ? { parts: node.parts.map((part, at) => numbered(part, partId === '' ? `${at}` : `${partId}.${at}`)) }
    : {}),
});

/** The same without the bodies, as Google's `fields` makes it. */
export function withoutData({ body, parts, ...node }: MessagePart): MessagePart {
  const { size = 0, attachmentId } = body ?? {};
  return {
    ...node,
    body: { size, ...(attachmentId ? { attachmentId } : {}) },
    ...(parts ? { parts: parts.map(withoutData) } : {}),
  };
}

export const deep = (levels: number, node: MessagePart): MessagePart =>
  levels === 0 ? node : multi('mixed', deep(levels - 1, node));

const FROM = { name: 'From', value: 'Jane <jane@example.com>' };
const messageOf = (id: string, payload: MessagePart) => ({
  id,
  threadId: 'thread',
  snippet: 'Begin &amp; end',
  payload: { ...numbered(payload), headers: [...(payload.headers ?? []), FROM] },
});

/** Lets the server hold these messages, `m0`, `m1` and so on, as one conversation; what is sent is taken. */
export function answerWithMessages(server: AnsweringServer, payloads: readonly MessagePart[]): void {
  const messages = payloads.map((payload, at) => messageOf(`m${at}`, payload));
  server.answerWith(({ method, path, query }: RecordedRequest) => {
    if (method === 'POST') return { body: { id: 'sent', threadId: 'thread' } };
    const [, id = ''] = /\/messages\/([^/]+)/.exec(path) ?? [];
    const [, attachmentId] = /\/attachments\/(.+)$/.exec(path) ?? [];
    if (attachmentId) return { body: { size: 1, data: kept.get(attachmentId) } };
    if (path.includes('/threads/')) {
      const ids = messages.map((message) => ({ id: message.id }));
      return { body: { id: 'thread', messages: query.has('fields') ? ids : messages } };
    }
    const message = messages.find((one) => one.id === id) ?? messages[0];
    const isTree = query.get('fields')?.includes('payload');
    return { body: isTree && message ? { ...message, payload: withoutData(message.payload) } : message };
  });
}
