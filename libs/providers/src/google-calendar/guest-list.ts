import { z } from 'zod';
import { ProviderError } from '../core/provider-error.js';
import { mailboxKey } from '../google/mail-address.js';
import { sentGuest, type attendee } from './new-event.js';

/** A guest as Google keeps it: what we do not know goes back as it came. */
export const storedGuest = z.looseObject({
  email: z.string().optional(),
  self: z.boolean().optional(),
  responseStatus: z.string().optional(),
  comment: z.string().optional(),
});

type StoredGuest = z.output<typeof storedGuest>;

/** An event as far as its guests go. */
export const guestedEvent = z.object({
  etag: z.string().optional(),
  attendees: z.array(storedGuest).default([]),
  attendeesOmitted: z.boolean().default(false),
});

const nameOf = ({ email }: { email?: string | undefined }): string =>
  email === undefined ? '' : mailboxKey(email);

/** The list after adding and removing; the answers of those who stay are kept. */
export function changedGuests(
  now: readonly StoredGuest[],
  add: readonly z.output<typeof attendee>[],
  remove: readonly string[],
): StoredGuest[] {
  const leaving = new Set(remove.map(mailboxKey));
  const staying = now.filter((guest) => !leaving.has(nameOf(guest)));
  const byEmail = new Map(staying.map((guest) => [nameOf(guest), guest]));
  for (const guest of add.map(sentGuest))
    byEmail.set(nameOf(guest), { ...byEmail.get(nameOf(guest)), ...guest });
  const nameless = staying.filter(({ email }) => email === undefined);
  byEmail.delete('');
  return [...nameless, ...byEmail.values()];
}

/** @throws ProviderError `invalid_request`: a refusal of ours before anything is sent. */
export function refuse(reason: string): never {
  throw new ProviderError({ provider: 'google-calendar', code: 'invalid_request', reason });
}
