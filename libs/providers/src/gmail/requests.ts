import {
  destructiveWhen,
  isGiven,
  requestRules,
  type RequestRule,
  type Verdict,
} from '../requests/request-rules.js';
import type { SentRequest } from '../requests/sent-request.js';
import { sentMail } from './sent-mail.js';
import table from './routes.json' with { type: 'json' };

const isBin = (value: unknown): boolean => typeof value !== 'string' || /^\s*(trash|spam)\s*$/i.test(value);

/** Adding this label moves the message to the bin. */
const labels = (sent: SentRequest): Verdict | undefined =>
  sent.values('addLabelIds.*').some(isBin)
    ? { effect: 'destructive', actions: ['messages.label', 'messages.trash'] }
    : undefined;

const label = (sent: SentRequest): Verdict | undefined => labels(sent);
const sends = (place: string, ...actions: string[]): RequestRule => ({ actions, judge: sentMail(place) });
const read = (...actions: string[]): RequestRule => ({ actions });
const sendsMessage = sends('raw', 'messages.send', 'messages.reply', 'messages.forward');
const sendsDraft = sends('message.raw', 'drafts.send');
const modifies: RequestRule = { actions: ['messages.label'], judge: label };

const USER = '/gmail/v1/users/{userId}';

/** The effects of forwarded requests to Gmail. */
export const requests = requestRules(table, {
  [`GET ${USER}/messages`]: read('messages.search'),
  [`GET ${USER}/messages/{id}`]: read('messages.get'),
  [`GET ${USER}/messages/{messageId}/attachments/{id}`]: read('attachments.get'),
  [`GET ${USER}/threads/{id}`]: read('threads.get'),
  [`GET ${USER}/labels`]: read('labels.list'),
  [`POST ${USER}/messages/send`]: sendsMessage,
  [`POST /upload${USER}/messages/send`]: sendsMessage,
  [`PUT /upload${USER}/messages/send`]: sendsMessage,
  [`POST ${USER}/drafts/send`]: sendsDraft,
  [`POST /upload${USER}/drafts/send`]: sendsDraft,
  [`PUT /upload${USER}/drafts/send`]: sendsDraft,
  [`POST ${USER}/drafts`]: { actions: ['drafts.create'] },
  [`POST /upload${USER}/drafts`]: { actions: ['drafts.create'] },
  [`PUT /upload${USER}/drafts`]: { actions: ['drafts.create'] },
  [`PUT ${USER}/drafts/{id}`]: { actions: ['drafts.update'] },
  [`PUT /upload${USER}/drafts/{id}`]: { actions: ['drafts.update'] },
  [`POST ${USER}/messages/{id}/modify`]: modifies,
  [`POST ${USER}/messages/batchModify`]: modifies,
  [`POST ${USER}/threads/{id}/modify`]: modifies,
  [`POST ${USER}/messages/{id}/trash`]: { actions: ['messages.trash'] },
  [`POST ${USER}/threads/{id}/trash`]: { actions: ['messages.trash'] },
  [`DELETE ${USER}/messages/{id}`]: { actions: ['messages.trash'] },
  [`DELETE ${USER}/threads/{id}`]: { actions: ['messages.trash'] },
  [`POST ${USER}/messages/batchDelete`]: { actions: ['messages.trash'] },
  [`POST ${USER}/settings/filters`]: {
    judge: destructiveWhen({ 'action.forward': isGiven, 'action.addLabelIds.*': isBin }),
  },
});
