import type { FastifyInstance, FastifyRequest } from 'fastify';
import { queryOf } from '../../oauth/request-form.js';
import type { World } from '../../world.js';
import { notFound } from '../google-errors.js';
import { pageOf, pageSize } from '../paging.js';
import { searchMails } from './mail-search.js';
import { GMAIL_BASE, mailbox } from './mailbox.js';
import type { Mail } from './mails.js';
import { messageResource } from './message-resource.js';
import { decodeRaw, sendMail, store } from './send-mail.js';

interface DraftBody {
  id?: unknown;
  message?: { raw?: unknown; threadId?: unknown };
}

/** `users.drafts`: a draft is a message with the label DRAFT that gets a new id with each update. */
export function registerDrafts(app: FastifyInstance, world: World): void {
  app.get(`${GMAIL_BASE}/drafts`, (request) => {
    const { mails } = mailbox(world, request, 'gmail.users.drafts.list');
    const { q, pageToken, maxResults } = queryOf(request);
    const drafts = searchMails(mails, q, world.now()).filter(({ draftId }) => draftId !== undefined);
    const page = pageOf(drafts, pageToken, pageSize(maxResults, 100, 500));
    const shown = page.items.map((mail) => draftOf(mail));
    const next = page.nextPageToken ? { nextPageToken: page.nextPageToken } : {};
    return { ...(shown.length ? { drafts: shown } : {}), ...next, resultSizeEstimate: drafts.length };
  });
  app.get(`${GMAIL_BASE}/drafts/:id`, (request) => {
    const { mails } = mailbox(world, request, 'gmail.users.drafts.get');
    const mail = findDraft(mails, idOf(request));
    const { format = 'full' } = queryOf(request);
    return { id: mail.draftId, message: messageResource(mail, format.toLowerCase()) };
  });
  app.post(`${GMAIL_BASE}/drafts`, (request) => {
    const { account } = mailbox(world, request, 'gmail.users.drafts.create');
    return draftOf(saveDraft(world, account.id, bodyOf(request), { draftId: `r-${world.id(8)}` }));
  });
  app.put(`${GMAIL_BASE}/drafts/:id`, (request) => {
    const { account, mails } = mailbox(world, request, 'gmail.users.drafts.update');
    const old = findDraft(mails, idOf(request));
    const saved = saveDraft(world, account.id, bodyOf(request), {
      draftId: idOf(request),
      threadId: old.threadId,
    });
    mails.splice(mails.indexOf(old), 1);
    return draftOf(saved);
  });
  app.delete(`${GMAIL_BASE}/drafts/:id`, (request, reply) => {
    const { mails } = mailbox(world, request, 'gmail.users.drafts.delete');
    mails.splice(mails.indexOf(findDraft(mails, idOf(request))), 1);
    world.changed();
    return reply.code(204).send();
  });
  app.post(`${GMAIL_BASE}/drafts/send`, (request) => {
    const { account, mails } = mailbox(world, request, 'gmail.users.drafts.send');
    const draft = findDraft(mails, String(bodyOf(request).id));
    const sent = sendMail(world, account, { raw: draft.raw, threadId: draft.threadId });
    mails.splice(mails.indexOf(draft), 1);
    return { id: sent.id, threadId: sent.threadId, labelIds: sent.labelIds };
  });
}

function saveDraft(
  world: World,
  accountId: string,
  body: DraftBody,
  { draftId, threadId }: { draftId: string; threadId?: string },
): Mail {
  decodeRaw(body.message?.raw);
  const mail = store(world, accountId, { raw: String(body.message?.raw), threadId }, ['DRAFT']);
  mail.draftId = draftId;
  return mail;
}

function findDraft(mails: Mail[], id: string): Mail {
  const mail = mails.find(({ draftId }) => draftId === id);
  if (!mail) throw notFound('Requested entity was not found.');
  return mail;
}

function draftOf({ draftId, id, threadId, labelIds }: Mail): unknown {
  return { id: draftId, message: { id, threadId, labelIds } };
}

function idOf(request: FastifyRequest): string {
  return (request.params as { id: string }).id;
}

function bodyOf(request: FastifyRequest): DraftBody {
  return (request.body ?? {}) as DraftBody;
}
