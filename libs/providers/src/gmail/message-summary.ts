import { decodeHTML } from 'entities';
import { z } from 'zod';
import { apiPath } from '../core/api-path.js';
import { ProviderError } from '../core/provider-error.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { shownAddresses } from './address-header.js';
import { oneLine, shownHeader } from './header-values.js';
import { headerOf } from './message-parts.js';

export const messageSummary = z.object({
  id: z.string().describe('Gmail id of the message'),
  threadId: z.string().optional().describe('Gmail id of its conversation'),
  from: z.string().optional().describe('Sender as written in the header, decoded'),
  to: z.string().optional().describe('Recipients as written in the header'),
  subject: z.string().optional().describe('Subject'),
  receivedAt: z.string().optional().describe('When Gmail got it, RFC 3339'),
  snippet: z.string().optional().describe('First words of the body'),
  labelIds: z.array(z.string()).optional().describe('Labels, for example UNREAD'),
});

const shownHeaders = ['From', 'To', 'Subject'];

/** Largest number that is still a date. */
const lastMoment = 8.64e15;

const gmailMessage = z
  .object({
    id: z.string(),
    threadId: z.string().optional(),
    labelIds: z.array(z.string()).optional(),
    snippet: z.string().optional(),
    internalDate: z.coerce.number().min(0).max(lastMoment).optional().catch(undefined),
    payload: z
      .object({ headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]) })
      .optional(),
  })
  .transform(({ payload, internalDate, snippet, ...message }) => {
    const header = (wanted: string, show: (value: string) => string) => {
      const value = headerOf(payload, wanted);
      return value === undefined ? undefined : show(value);
    };
    return {
      ...message,
      snippet: snippet === undefined ? undefined : oneLine(decodeHTML(snippet)),
      from: header('from', shownAddresses),
      to: header('to', shownAddresses),
      subject: header('subject', shownHeader),
      receivedAt: internalDate === undefined ? undefined : new Date(internalDate).toISOString(),
    };
  });

/** `undefined` for a message that was deleted since it was listed. */
async function readSummary(http: ProviderHttp, id: string) {
  try {
    return await http.get(apiPath`/users/me/messages/${id}`, {
      query: { format: 'metadata', metadataHeaders: shownHeaders },
      response: gmailMessage,
    });
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** Gmail lists ids only. Five at a time stays far from its limit on concurrent requests. */
export async function readSummaries(http: ProviderHttp, ids: readonly string[]) {
  const summaries: z.output<typeof messageSummary>[] = [];
  for (let start = 0; start < ids.length; start += 5) {
    const batch = await Promise.all(ids.slice(start, start + 5).map((id) => readSummary(http, id)));
    summaries.push(...batch.filter((summary) => summary !== undefined));
  }
  return summaries;
}
