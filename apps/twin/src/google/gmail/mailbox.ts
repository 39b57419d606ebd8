import type { FastifyRequest } from 'fastify';
import type { World } from '../../world.js';
import type { GoogleCaller } from '../caller.js';
import { googleCaller } from '../caller.js';
import { GoogleError, notFound } from '../google-errors.js';
import type { GoogleMethod } from '../method-scopes.js';
import type { Mail } from './mails.js';
import { mailsOf } from './send-mail.js';

/** Path below which a mailbox lies. */
export const GMAIL_BASE = '/google/gmail/v1/users/:userId';

/** Path below which a mailbox takes letters as they are. */
export const GMAIL_UPLOADS = '/google/upload/gmail/v1/users/:userId';

/** The caller's mailbox; nobody may open another one. */
export function mailbox(
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

/** The mail with this id, or 404 in Gmail's words. */
export function mailWith(mails: Mail[], id: string): Mail {
  const mail = mails.find((entry) => entry.id === id);
  if (!mail) throw notFound('Requested entity was not found.');
  return mail;
}
