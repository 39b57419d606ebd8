import { z } from 'zod';
import { apiPath } from '../core/api-path.js';
import { ProviderError } from '../core/provider-error.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { parseCut } from './cut-json.js';
import { gmailFullMessage, type FullMessage } from './full-message.js';

/** How much is read of a message that exceeds the limit for responses. */
const MOST_READ = 8_000_000;

/** Levels of a large message's part tree that are requested. */
const MOST_LEVELS = 10;

const isTooLarge = (error: unknown): boolean =>
  error instanceof ProviderError &&
  error.code === 'unexpected_response' &&
  error.reason === 'unreadable_body';

function fieldsOf(levels: number): string {
  const own = 'partId,mimeType,filename,headers,body(attachmentId,size)';
  return levels === 0 ? own : `${own},parts(${fieldsOf(levels - 1)})`;
}

const nodeSchema = z.looseObject({
  body: z.looseObject({ data: z.string().optional() }).optional(),
  parts: z.array(z.unknown()).default([]),
});

const nodeOf = (value: unknown): z.output<typeof nodeSchema> =>
  nodeSchema.safeParse(value).data ?? { parts: [] };

/** The bodies that came before the cut, in order, each with its place in the tree. */
const bodiesIn = (value: unknown, place = '', level = 0): [place: string, data: string][] => {
  const { body, parts } = nodeOf(value);
  const own: [string, string][] = body?.data === undefined ? [] : [[place, body.data]];
  if (level === MOST_LEVELS) return own;
  return [...own, ...parts.flatMap((part, at) => bodiesIn(part, `${place}.${at}`, level + 1))];
};

/** The tree with the bodies in it; the last of them is the one that was cut. */
function withBodies(tree: unknown, bodies: readonly [place: string, data: string][]): unknown {
  const known = new Map(bodies);
  const cut = bodies.at(-1)?.[0];
  const filled = (value: unknown, place: string): unknown => {
    const { body, parts, ...node } = nodeOf(value);
    const data = known.get(place);
    return {
      ...node,
      body: data === undefined ? body : { ...body, data, isCut: place === cut },
      parts: parts.map((part, at) => filled(part, `${place}.${at}`)),
    };
  };
  return filled(tree, '');
}

/** The readable part of a message that is too large: all of its tree, and the first of its bodies. */
async function fetchLarge(http: ProviderHttp, id: string): Promise<FullMessage> {
  const path = apiPath`/users/me/messages/${id}`;
  const fields = `id,threadId,labelIds,snippet,internalDate,payload(${fieldsOf(MOST_LEVELS)})`;
  const tree = await http.get(path, { query: { format: 'full', fields }, response: gmailFullMessage });
  const query = { format: 'full' };
  const { bytes } = await http.bytes('GET', path, { query, maxBytes: MOST_READ, cut: true });
  const { payload } = z.object({ payload: z.unknown() }).safeParse(parseCut(bytes)).data ?? {};
  return { ...tree, payload: withBodies(tree.payload, bodiesIn(payload)) };
}

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/get */
export async function fetchMessage(http: ProviderHttp, id: string): Promise<FullMessage> {
  try {
    const query = { format: 'full' };
    return await http.get(apiPath`/users/me/messages/${id}`, { query, response: gmailFullMessage });
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    return fetchLarge(http, id);
  }
}

export interface Conversation {
  readonly id: string;
  readonly messages: readonly FullMessage[];
  readonly messageCount: number;
}

/**
 * The latest messages of a conversation, one by one where together they are more than an answer may be.
 * https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.threads/get
 */
export async function fetchConversation(
  http: ProviderHttp,
  threadId: string,
  limit: number,
): Promise<Conversation> {
  const path = apiPath`/users/me/threads/${threadId}`;
  const answer = <T extends z.ZodType>(message: T) =>
    z.object({ id: z.string(), messages: z.array(message).default([]) });
  try {
    const query = { format: 'full' };
    const { id, messages } = await http.get(path, { query, response: answer(gmailFullMessage) });
    return { id, messages: messages.slice(-limit), messageCount: messages.length };
  } catch (error) {
    if (!isTooLarge(error)) throw error;
  }
  const query = { format: 'minimal', fields: 'id,messages(id)' };
  const { id, messages } = await http.get(path, { query, response: answer(z.object({ id: z.string() })) });
  const found: FullMessage[] = [];
  for (const message of messages.slice(-limit)) found.push(await fetchMessage(http, message.id));
  return { id, messages: found, messageCount: messages.length };
}
