import type { World } from '../../world.js';
import type { Form } from '../../oauth/request-form.js';
import { GoogleError, googleError, invalidValue } from '../google-errors.js';
import { pageOf, pageSize } from '../paging.js';
import type { CalendarEvent, CalendarState, StoredEvent } from './calendar-state.js';
import { instantOf } from './event-time.js';
import { singleEvents } from './instances.js';
import { instancesOf } from './recurrence.js';

const NOT_WITH_SYNC_TOKEN = ['iCalUID', 'orderBy', 'q', 'timeMin', 'timeMax', 'updatedMin'];

/** `events.list`: filter, expand, order, page, and a sync token on the last page. */
export function listEvents(world: World, state: CalendarState, calendar: string, query: Form): unknown {
  checkQuery(query);
  const since = query.syncToken === undefined ? undefined : readSyncToken(state, query.syncToken);
  const events = selected(state, calendar, query, since);
  const page = pageOf(events, query.pageToken, pageSize(query.maxResults, 250, 2500));
  const entry = state.calendars.find(({ id }) => id === calendar);
  return {
    kind: 'calendar#events',
    etag: `"p${state.seq}"`,
    summary: entry?.summary,
    updated: world.isoNow(),
    timeZone: entry?.timeZone,
    accessRole: 'owner',
    defaultReminders: [{ method: 'popup', minutes: 10 }],
    ...(page.nextPageToken
      ? { nextPageToken: page.nextPageToken }
      : { nextSyncToken: writeSyncToken(state) }),
    items: page.items,
  };
}

function selected(state: CalendarState, calendar: string, query: Form, since?: number): CalendarEvent[] {
  const inCalendar = state.events.filter((stored) => stored.calendarId === calendar);
  const shown = inCalendar.filter((stored) => isShown(stored, query, since));
  const events = query.singleEvents === 'true' ? singleEvents(state, shown) : shown.map(({ event }) => event);
  const fitting = events.filter((event) => inRange(event, query) && mentions(event, query.q));
  if (query.orderBy === 'startTime') fitting.sort((a, b) => instantOf(a.start) - instantOf(b.start));
  if (query.orderBy === 'updated') fitting.sort((a, b) => a.updated.localeCompare(b.updated));
  return fitting;
}

function isShown({ event, changeSeq }: StoredEvent, query: Form, since?: number): boolean {
  if (since !== undefined) return changeSeq > since;
  if (query.iCalUID && event.iCalUID !== query.iCalUID) return false;
  if (query.updatedMin && event.updated < query.updatedMin) return false;
  const properties = (event.extendedProperties as { private?: Record<string, string> } | undefined)?.private;
  if (query.privateExtendedProperty) {
    const [name = '', value] = query.privateExtendedProperty.split('=');
    if (properties?.[name] !== value) return false;
  }
  return event.status !== 'cancelled' || query.showDeleted === 'true';
}

function inRange(event: CalendarEvent, { timeMin, timeMax, singleEvents }: Form): boolean {
  if (event.recurrence && singleEvents !== 'true') {
    const instances = instancesOf(event);
    return instances.some((instance) => inRange(instance, { timeMin, timeMax, singleEvents: 'true' }));
  }
  if (timeMin && instantOf(event.end) <= Date.parse(timeMin)) return false;
  return !(timeMax && instantOf(event.start) >= Date.parse(timeMax));
}

function mentions(event: CalendarEvent, q: string | undefined): boolean {
  if (!q) return true;
  const people = (event.attendees ?? []).map(({ email }) => email);
  const text = [event.summary, event.description, event.location, ...people].join(' ').toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function checkQuery(query: Form): void {
  for (const name of ['timeMin', 'timeMax', 'updatedMin'] as const) {
    const value = query[name];
    if (value !== undefined && !isRfc3339(value)) throw invalidValue('Bad Request', name);
  }
  if (query.timeMin && query.timeMax && Date.parse(query.timeMin) >= Date.parse(query.timeMax)) {
    throw googleError(400, 'timeRangeEmpty', 'The specified time range is empty.');
  }
  if (query.orderBy && !['startTime', 'updated'].includes(query.orderBy))
    throw invalidValue('Bad Request', 'orderBy');
  if (query.orderBy === 'startTime' && query.singleEvents !== 'true') {
    throw googleError(400, 'badRequest', 'The requested ordering is not available for the particular query.');
  }
  if (query.syncToken !== undefined && NOT_WITH_SYNC_TOKEN.some((name) => query[name] !== undefined)) {
    throw googleError(400, 'badRequest', 'Sync token cannot be used with query restrictions.');
  }
}

/** Calendar wants a time zone offset: a timestamp without one is a bad request. */
function isRfc3339(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
  );
}

function writeSyncToken(state: CalendarState): string {
  return Buffer.from(`sync:${state.seq}`).toString('base64url');
}

function readSyncToken(state: CalendarState, token: string): number {
  const match = /^sync:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  const seq = match ? Number(match[1]) : -1;
  if (seq < state.oldestSyncSeq || seq > state.seq) {
    throw new GoogleError({
      code: 410,
      message: 'Sync token is no longer valid, a full sync is required.',
      reason: 'fullSyncRequired',
      domain: 'calendar',
      location: 'syncToken',
      locationType: 'parameter',
    });
  }
  return seq;
}
