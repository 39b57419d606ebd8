import { googleError } from '../google-errors.js';
import type { Attendee, CalendarEvent } from './calendar-state.js';

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The guests as Calendar keeps them: read-only fields are its own, an answer is there. */
export function guestsOf(event: CalendarEvent, email: string): Attendee[] | undefined {
  const organizer = (event.organizer as { email?: string } | undefined)?.email ?? '';
  return event.attendees?.map(({ self: _self, organizer: _organizer, ...guest }) => {
    if (typeof guest.email !== 'string' || !/^[\x21-\x7e]+@[\x21-\x7e]+$/.test(guest.email)) {
      throw googleError(400, 'invalid', 'Invalid attendee email.');
    }
    return {
      responseStatus: 'needsAction',
      ...guest,
      ...(same(guest.email, email) ? { self: true } : {}),
      ...(same(guest.email, organizer) ? { organizer: true } : {}),
    };
  });
}

/** With `attendeesOmitted` only the caller's own entry is taken; all others stay. */
export function ownAnswer(event: CalendarEvent, sent: Attendee[], email: string): Attendee[] {
  const own = sent.find((guest) => same(guest.email, email));
  return (event.attendees ?? []).map((guest) =>
    own && same(guest.email, email) ? { ...guest, ...own } : guest,
  );
}

/** `maxAttendees`: of longer lists only the caller's own entry is shown. */
export function shortened(event: CalendarEvent, maxAttendees: string | undefined): CalendarEvent {
  const { attendees = [] } = event;
  if (maxAttendees === undefined || attendees.length <= Number(maxAttendees)) return event;
  return { ...event, attendees: attendees.filter(({ self }) => self), attendeesOmitted: true };
}
