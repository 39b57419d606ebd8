import type { FastifyInstance, FastifyRequest } from 'fastify';
import { queryOf } from '../../oauth/request-form.js';
import type { World } from '../../world.js';
import type { GoogleCaller } from '../caller.js';
import { hasScope } from '../caller.js';
import { GoogleError, invalidValue, notFound } from '../google-errors.js';
import { fullScope } from '../google-scopes.js';
import type { GoogleMethod } from '../method-scopes.js';
import { pageOf, pageSize } from '../paging.js';
import { partialResponse } from '../partial-response.js';
import { searchMails } from './mail-search.js';
import { changeLabels, isHidden, LABELS } from './labels.js';
import { GMAIL_BASE, GMAIL_UPLOADS, mailbox, mailWith } from './mailbox.js';
import { registerDrafts } from './drafts.js';
import { attachmentBytes, messageResource } from './message-resource.js';
import { sendMail } from './send-mail.js';

const BASE = GMAIL_BASE;
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
    return { labels: LABELS };
  });
  app.get(`${BASE}/messages`, (request) => listMessages(world, request));
  app.get(`${BASE}/messages/:id`, (request) => getMessage(world, request));
  app.get(`${BASE}/threads/:id`, (request) => getThread(world, request));
  app.post(`${BASE}/messages/send`, (request) => {
    const { account } = mailbox(world, request, 'gmail.users.messages.send');
    const mail = sendMail(world, account, (request.body ?? {}) as { raw?: unknown; threadId?: unknown });
    return { id: mail.id, threadId: mail.threadId, labelIds: mail.labelIds };
  });
  // A letter as it is, without the JSON around it: what client libraries do with `media`.
  app.post(`${GMAIL_UPLOADS}/messages/send`, (request) => {
    const { account } = mailbox(world, request, 'gmail.users.messages.send');
    const letter = Buffer.isBuffer(request.body) ? request.body : Buffer.from(String(request.body ?? ''));
    const mail = sendMail(world, account, { raw: letter.toString('base64url') });
    return { id: mail.id, threadId: mail.threadId, labelIds: mail.labelIds };
  });
  app.get(`${BASE}/messages/:id/attachments/:attachmentId`, (request) => {
    const { mails } = mailbox(world, request, 'gmail.users.messages.attachments.get');
    const { id, attachmentId } = request.params as { id: string; attachmentId: string };
    const content = attachmentBytes(mailWith(mails, id), attachmentId);
    if (!content) throw invalidValue('Invalid attachment token');
    return { size: content.length, data: content.toString('base64url') };
  });
  registerLabelling(app, world);
  registerDrafts(app, world);
}

function registerLabelling(app: FastifyInstance, world: World): void {
  const change = (path: string, method: GoogleMethod, wanted: (request: FastifyRequest) => unknown) =>
    app.post(`${BASE}/messages/:id/${path}`, (request) => {
      const { mails } = mailbox(world, request, method);
      const mail = mailWith(mails, (request.params as { id: string }).id);
      changeLabels(world, mail, wanted(request));
      return { id: mail.id, threadId: mail.threadId, labelIds: mail.labelIds };
    });
  change('modify', 'gmail.users.messages.modify', ({ body }) => body);
  change('trash', 'gmail.users.messages.trash', () => ({
    addLabelIds: ['TRASH'],
    removeLabelIds: ['INBOX'],
  }));
  change('untrash', 'gmail.users.messages.untrash', () => ({ removeLabelIds: ['TRASH'] }));
}

function listMessages(world: World, request: FastifyRequest): unknown {
  const caller = mailbox(world, request, 'gmail.users.messages.list');
  const query = queryOf(request);
  if (query.q && metadataOnly(caller)) throw metadataScope("Metadata scope does not support 'q' parameter");
  const labels = listOf(request, 'labelIds');
  const found = searchMails(caller.mails, query.q, world.now()).filter(
    (mail) => labels.every((label) => mail.labelIds.includes(label)) && !isHidden(mail, query, labels),
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
  const mail = mailWith(caller.mails, (request.params as { id: string }).id);
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
