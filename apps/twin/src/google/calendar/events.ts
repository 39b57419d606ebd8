import type { World } from '../../world.js';
import type { GoogleCaller } from '../caller.js';
import { GoogleError, googleError, invalidValue, notFound } from '../google-errors.js';
import { guestsOf, ownAnswer } from './attendees.js';
import type { Attendee, CalendarEvent, CalendarState, StoredEvent } from './calendar-state.js';
import { instantOf, isEventTime, withOffset } from './event-time.js';
import { mergePatch } from './merge-patch.js';

const READ_ONLY = new Set([
  'kind',
  'id',
  'etag',
  'created',
  'updated',
  'htmlLink',
  'creator',
  'organizer',
  'iCalUID',
]);

/** The calendars of the caller's account. */
export function calendarsOf(world: World, accountId: string): CalendarState {
  const found = world.state.google.calendars.get(accountId);
  if (!found) throw notFound();
  return found;
}

/** Resolves `primary` and checks that the calendar is the caller's. */
export function calendarId(state: CalendarState, name: string): string {
  const calendar = state.calendars.find(
    (entry) => entry.id === name || (name === 'primary' && entry.primary),
  );
  if (!calendar) throw notFound();
  return calendar.id;
}

/** The stored event, cancelled ones too. */
export function findEvent(state: CalendarState, calendar: string, id: string): StoredEvent {
  const found = state.events.find((stored) => stored.calendarId === calendar && stored.event.id === id);
  if (!found) throw notFound();
  return found;
}

/** Adds an event; a client-chosen id that was ever used is a conflict. */
export function insertEvent(
  world: World,
  caller: GoogleCaller,
  calendar: string,
  body: Record<string, unknown>,
): CalendarEvent {
  const state = calendarsOf(world, caller.account.id);
  const id = body.id === undefined ? world.id(13) : String(body.id);
  if (!/^[a-v0-9]{5,1024}$/.test(id)) throw invalidValue('Invalid resource id value.', 'id');
  if (state.events.some((stored) => stored.calendarId === calendar && stored.event.id === id)) {
    throw googleError(409, 'duplicate', 'The requested identifier already exists.');
  }
  const now = world.isoNow();
  const event = {
    kind: 'calendar#event',
    etag: '',
    id,
    status: 'confirmed',
    htmlLink: `${world.url}/google/calendar/event?eid=${Buffer.from(`${id} ${calendar}`).toString('base64url')}`,
    created: now,
    updated: now,
    creator: { email: caller.account.email, self: true },
    organizer: { email: caller.account.email, self: true },
    iCalUID: `${id}@google.com`,
    sequence: 0,
    reminders: { useDefault: true },
    eventType: 'default',
    ...writable(body),
  } as unknown as CalendarEvent;
  complete(event, caller.account.email);
  state.events.push({ calendarId: calendar, changeSeq: 0, event });
  markChanged(world, state, state.events.at(-1) as StoredEvent);
  return event;
}

/** Changes an event (patch) or replaces what is writable (update). */
export function changeEvent(
  world: World,
  state: CalendarState,
  stored: StoredEvent,
  change: { email: string; body: Record<string, unknown>; replace: boolean; ifMatch?: string },
): CalendarEvent {
  if (stored.event.status === 'cancelled' && change.body.status === undefined) throw notFound();
  requireMatch(stored, change.ifMatch);
  const body = { ...change.body };
  if (body.attendeesOmitted === true && Array.isArray(body.attendees)) {
    body.attendees = ownAnswer(stored.event, body.attendees as Attendee[], change.email);
    delete body.attendeesOmitted;
  }
  const kept = change.replace
    ? Object.fromEntries(Object.entries(stored.event).filter(([name]) => READ_ONLY.has(name)))
    : stored.event;
  const merged = mergePatch({ status: 'confirmed', ...kept }, writable(body)) as CalendarEvent;
  complete(merged, change.email);
  merged.sequence = stored.event.sequence + 1;
  stored.event = merged;
  markChanged(world, state, stored);
  return merged;
}

/** Cancels an event. */
export function deleteEvent(world: World, state: CalendarState, stored: StoredEvent, ifMatch?: string): void {
  if (stored.event.status === 'cancelled') throw googleError(410, 'deleted', 'Resource has been deleted');
  requireMatch(stored, ifMatch);
  const gone = state.events.filter(
    ({ calendarId, event }) =>
      calendarId === stored.calendarId &&
      (event === stored.event || event.recurringEventId === stored.event.id),
  );
  for (const each of gone) {
    each.event.status = 'cancelled';
    markChanged(world, state, each);
  }
}

/** Moves an event to another calendar, which becomes its organizer. */
export function moveEvent(
  world: World,
  state: CalendarState,
  stored: StoredEvent,
  destination: string,
): CalendarEvent {
  if (stored.event.status === 'cancelled') throw notFound();
  for (const each of state.events.filter(({ event }) => event.recurringEventId === stored.event.id))
    each.calendarId = destination;
  stored.calendarId = destination;
  stored.event.organizer = { email: destination, self: true };
  markChanged(world, state, stored);
  return stored.event;
}

function requireMatch(stored: StoredEvent, ifMatch: string | undefined): void {
  if (!ifMatch || ifMatch === '*' || ifMatch === stored.event.etag) return;
  throw new GoogleError({
    code: 412,
    message: 'Precondition Failed',
    reason: 'conditionNotMet',
    location: 'If-Match',
    locationType: 'header',
  });
}

/** Checks an event and fills in what Calendar fills in. */
function complete(event: CalendarEvent, email: string): void {
  checkEvent(event);
  event.start = withOffset(event.start);
  event.end = withOffset(event.end);
  const guests = guestsOf(event, email);
  if (guests) event.attendees = guests;
}

function checkEvent(event: CalendarEvent): void {
  if (!isEventTime(event.start)) throw googleError(400, 'required', 'Missing or invalid start time.');
  if (!isEventTime(event.end)) throw googleError(400, 'required', 'Missing end time.');
  if (instantOf(event.end) < instantOf(event.start)) {
    throw googleError(400, 'timeRangeEmpty', 'The specified time range is empty.');
  }
  if (event.recurrence && event.start.dateTime !== undefined && event.start.timeZone === undefined) {
    throw googleError(400, 'required', 'Missing time zone definition for start time.');
  }
}

function writable(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !READ_ONLY.has(name)));
}

function markChanged(world: World, state: CalendarState, stored: StoredEvent): void {
  state.seq += 1;
  stored.changeSeq = state.seq;
  stored.event.updated = world.isoNow();
  stored.event.etag = `"${(world.now() * 2 + state.seq).toString()}"`;
  world.changed();
}
