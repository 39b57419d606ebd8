import type { FastifyInstance, FastifyRequest } from 'fastify';
import { queryOf } from '../../oauth/request-form.js';
import type { World } from '../../world.js';
import type { GoogleCaller } from '../caller.js';
import { googleCaller, hasScope } from '../caller.js';
import { GoogleError, invalidValue, notFound } from '../google-errors.js';
import { fullScope } from '../google-scopes.js';
import type { GoogleMethod } from '../method-scopes.js';
import { pageOf, pageSize } from '../paging.js';
import { partialResponse } from '../partial-response.js';
import { searchMails } from './mail-search.js';
import type { Mail } from './mails.js';
import { messageResource } from './message-resource.js';
import { mailsOf, sendMail } from './send-mail.js';

const BASE = '/google/gmail/v1/users/:userId';
const SYSTEM_LABELS = ['INBOX', 'SENT', 'DRAFT', 'UNREAD', 'STARRED', 'IMPORTANT', 'SPAM', 'TRASH'];
const CONTENT_SCOPES = ['https://mail.google.com/', fullScope('gmail.modify'), fullScope('gmail.readonly')];

/** Gmail API v1: profile, labels, messages, threads. */
export function registerGmail(app: FastifyInstance, world: World): void {
  app.get(`${BASE}/profile`, (request) => {
    const { account, mails } = mailbox(world, request, 'gmail.users.getProfile');
    return {
      emailAddress: account.email,
      messagesTotal: mails.length,
      threadsTotal: new Set(mails.map(({ threadId }) => threadId)).size,
      historyId: String(Math.max(1000, ...mails.map(({ historyId }) => historyId))),
    };
  });
  app.get(`${BASE}/labels`, (request) => {
    mailbox(world, request, 'gmail.users.labels.list');
    return { labels: SYSTEM_LABELS.map((id) => ({ id, name: id, type: 'system' })) };
  });
  app.get(`${BASE}/messages`, (request) => listMessages(world, request));
  app.get(`${BASE}/messages/:id`, (request) => getMessage(world, request));
  app.get(`${BASE}/threads/:id`, (request) => getThread(world, request));
  app.post(`${BASE}/messages/send`, (request) => {
    const { account } = mailbox(world, request, 'gmail.users.messages.send');
    const mail = sendMail(world, account, (request.body ?? {}) as { raw?: unknown; threadId?: unknown });
    return { id: mail.id, threadId: mail.threadId, labelIds: mail.labelIds };
  });
}

function listMessages(world: World, request: FastifyRequest): unknown {
  const caller = mailbox(world, request, 'gmail.users.messages.list');
  const query = queryOf(request);
  if (query.q && metadataOnly(caller)) throw metadataScope("Metadata scope does not support 'q' parameter");
  const labels = listOf(request, 'labelIds');
  const found = searchMails(caller.mails, query.q, world.now()).filter((mail) =>
    labels.every((label) => mail.labelIds.includes(label)),
  );
  const page = pageOf(found, query.pageToken, pageSize(query.maxResults, 100, 500));
  const body = {
    ...(page.items.length ? { messages: page.items.map(({ id, threadId }) => ({ id, threadId })) } : {}),
    ...(page.nextPageToken ? { nextPageToken: page.nextPageToken } : {}),
    resultSizeEstimate: found.length,
  };
  return partialResponse(body, query.fields);
}

function getMessage(world: World, request: FastifyRequest): unknown {
  const caller = mailbox(world, request, 'gmail.users.messages.get');
  const { id } = request.params as { id: string };
  const mail = caller.mails.find((entry) => entry.id === id);
  if (!mail) throw notFound('Requested entity was not found.');
  const query = queryOf(request);
  const resource = messageResource(mail, formatOf(caller, query.format), listOf(request, 'metadataHeaders'));
  return partialResponse(resource, query.fields);
}

function getThread(world: World, request: FastifyRequest): unknown {
  const caller = mailbox(world, request, 'gmail.users.threads.get');
  const { id } = request.params as { id: string };
  const mails = caller.mails.filter((mail) => mail.threadId === id);
  if (mails.length === 0) throw notFound('Requested entity was not found.');
  const format = formatOf(caller, queryOf(request).format);
  const headers = listOf(request, 'metadataHeaders');
  return {
    id,
    historyId: String(mails.at(-1)?.historyId),
    messages: mails.map((mail) => messageResource(mail, format, headers)),
  };
}

function mailbox(
  world: World,
  request: FastifyRequest,
  method: GoogleMethod,
): GoogleCaller & { mails: Mail[] } {
  const caller = googleCaller(world, request, method);
  const { userId } = request.params as { userId: string };
  if (userId !== 'me' && userId.toLowerCase() !== caller.account.email) {
    throw new GoogleError({
      code: 403,
      message: `Delegation denied for ${caller.account.email}`,
      reason: 'forbidden',
      status: 'PERMISSION_DENIED',
    });
  }
  return { ...caller, mails: mailsOf(world, caller.account.id) };
}

function formatOf(caller: GoogleCaller, asked = 'full'): string {
  const format = asked.toLowerCase();
  if (!['minimal', 'full', 'raw', 'metadata'].includes(format))
    throw invalidValue(`Invalid value at 'format'`, 'format');
  if (metadataOnly(caller) && (format === 'full' || format === 'raw')) {
    throw metadataScope(`Metadata scope doesn't allow format ${format.toUpperCase()}`);
  }
  return format;
}

function metadataOnly(caller: GoogleCaller): boolean {
  return !hasScope(caller, ...CONTENT_SCOPES);
}

function metadataScope(message: string): GoogleError {
  return new GoogleError({ code: 403, message, reason: 'forbidden', status: 'PERMISSION_DENIED' });
}

function listOf(request: FastifyRequest, name: string): string[] {
  const value = (request.query as Record<string, string | string[] | undefined>)[name];
  return value === undefined ? [] : [value].flat();
}
