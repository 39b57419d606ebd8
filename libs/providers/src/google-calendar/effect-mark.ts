import { z } from 'zod';
import type { RecoverCall, Recovery } from '../core/action.js';
import { apiPath } from '../core/api-path.js';
import { effectKey } from '../core/effect-key.js';
import { ProviderError } from '../core/provider-error.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { calendarEvent } from './event.js';

/** Our name among an event's private extended properties, which nobody sees in the calendar. */
const property = 'valetkeyEffect';

/** How far our clock and Google's may be apart. */
const SKEW_MS = 5 * 60_000;

/** Part of a patch: written with the change itself, so that the mark is there exactly when the change is. */
export const effectMark = (effectId: string) => ({
  extendedProperties: { private: { [property]: effectKey(effectId) } },
});

const markedEvent = calendarEvent.extend({
  updated: z.string().optional(),
  extendedProperties: z
    .object({ private: z.record(z.string(), z.string()).optional() })
    .optional()
    .catch(undefined),
});

interface EventAddress {
  readonly calendarId: string;
  readonly eventId: string;
}

/** Where an event lies below the base URL. */
export const eventPath = ({ calendarId, eventId }: EventAddress): string =>
  apiPath`/calendars/${calendarId}/events/${eventId}`;

/** Reads an event; `undefined` when Google does not have it, or does not show it. */
export async function eventOrNothing<T extends z.ZodType>(
  http: ProviderHttp,
  address: EventAddress,
  response: T,
): Promise<z.output<T> | undefined> {
  try {
    return await http.get(eventPath(address), { response });
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/**
 * Whether a change with `effectMark` was made. The mark of a later change hides ours: then only an event that has not
 * changed since the attempt proves that ours is missing.
 */
export async function recoverMarked(
  call: RecoverCall<EventAddress & { readonly etag?: string | undefined }>,
): Promise<Recovery<z.output<typeof calendarEvent>>> {
  const { input, http, effectId, attemptedAt } = call;
  const event = await eventOrNothing(http, input, markedEvent);
  const mark = event?.extendedProperties?.private?.[property];
  if (event && mark === effectKey(effectId)) return { found: event };
  const isAsBefore = input.etag !== undefined && event?.etag === input.etag;
  const changedAt = Date.parse(event?.updated ?? '');
  const isOlder = attemptedAt !== undefined && changedAt < attemptedAt.getTime() - SKEW_MS;
  if (!mark || isAsBefore || isOlder) return { absent: true };
  return { unknown: 'the event was changed again since; look at it before this is sent again' };
}
