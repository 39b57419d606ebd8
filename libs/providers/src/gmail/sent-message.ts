import { z } from 'zod';
import type { Recovery } from '../core/action.js';
import { effectKey } from '../core/effect-key.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { rawMessage, type Mail } from './new-message.js';

export const sentMessage = z.object({
  id: z.string().describe('Gmail id of the message'),
  threadId: z.string().describe('Gmail id of its conversation'),
});

/** How long Gmail's search may not yet know a message, in milliseconds. */
export const searchLagMs = 60_000;

/** `.invalid` belongs to nobody (RFC 6761), so the id can't clash with a mail server's. */
export const ownMessageId = (effectId: string): string => `${effectKey(effectId)}@valetkey.invalid`;

/** A message with the Message-ID of this effect, in base64url. */
export const rawWithOwnId = (mail: Mail, effectId: string): Promise<string> =>
  rawMessage(mail, `<${ownMessageId(effectId)}>`);

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send */
export const send = async (http: ProviderHttp, mail: Mail, effectId: string, threadId?: string) =>
  http.post('/users/me/messages/send', {
    body: { raw: await rawWithOwnId(mail, effectId), threadId },
    response: sentMessage,
  });

/** The message with this Message-ID, wherever it lies. */
export async function findByMessageId(
  http: ProviderHttp,
  id: string,
): Promise<z.output<typeof sentMessage> | undefined> {
  const { messages } = await http.get('/users/me/messages', {
    query: { q: `rfc822msgid:${id}`, includeSpamTrash: true, maxResults: 1 },
    response: z.object({ messages: z.array(sentMessage).default([]) }),
  });
  return messages[0];
}

/** Whether a message of this effect was sent. */
export async function recoverSent({
  http,
  effectId,
}: {
  http: ProviderHttp;
  effectId: string;
}): Promise<Recovery<z.output<typeof sentMessage>>> {
  const found = await findByMessageId(http, ownMessageId(effectId));
  return found ? { found } : { absent: true };
}
