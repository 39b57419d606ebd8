import type { FastifyInstance, FastifyRequest } from 'fastify';
import { queryOf } from '../../oauth/request-form.js';
import type { World } from '../../world.js';
import type { GoogleCaller } from '../caller.js';
import { googleCaller } from '../caller.js';
import { googleError, invalidValue } from '../google-errors.js';
import type { GoogleMethod } from '../method-scopes.js';
import { pageOf, pageSize } from '../paging.js';
import { partialResponse } from '../partial-response.js';
import { shortened } from './attendees.js';
import type { Calendar, CalendarState } from './calendar-state.js';
import {
  calendarId,
  calendarsOf,
  changeEvent,
  deleteEvent,
  findEvent,
  insertEvent,
  moveEvent,
} from './events.js';
import { busyTimes } from './free-busy.js';
import { eventToChange, readEvent } from './instances.js';
import { quickEvent } from './quick-add.js';
import { listEvents } from './list-events.js';

const EVENTS = '/google/calendar/v3/calendars/:calendarId/events';

interface Place {
  caller: GoogleCaller;
  state: CalendarState;
  calendar: string;
  eventId: string;
}

/** Calendar API v3: calendar list, events, free/busy. */
export function registerCalendar(app: FastifyInstance, world: World): void {
  registerCalendars(app, world);
  app.get(EVENTS, (request) => {
    const { state, calendar } = place(world, request, 'calendar.events.list');
    const query = queryOf(request);
    return partialResponse(listEvents(world, state, calendar, query), query.fields);
  });
  app.post(EVENTS, (request) => {
    const { caller, calendar } = place(world, request, 'calendar.events.insert');
    return insertEvent(world, caller, calendar, eventOf(request));
  });
  app.get(`${EVENTS}/:eventId`, (request) => {
    const { state, calendar, eventId } = place(world, request, 'calendar.events.get');
    const { fields, maxAttendees } = queryOf(request);
    return partialResponse(shortened(readEvent(state, calendar, eventId), maxAttendees), fields);
  });
  app.patch(`${EVENTS}/:eventId`, (request) => change(world, request, 'calendar.events.patch', false));
  app.put(`${EVENTS}/:eventId`, (request) => change(world, request, 'calendar.events.update', true));
  app.delete(`${EVENTS}/:eventId`, (request, reply) => {
    const { state, calendar, eventId } = place(world, request, 'calendar.events.delete');
    deleteEvent(world, state, eventToChange(state, calendar, eventId), request.headers['if-match']);
    return reply.code(204).send();
  });
  registerQuickAddAndMove(app, world);
}

function registerQuickAddAndMove(app: FastifyInstance, world: World): void {
  app.post(`${EVENTS}/quickAdd`, (request) => {
    const { caller, state, calendar } = place(world, request, 'calendar.events.quickAdd');
    const zone = state.calendars.find(({ id }) => id === calendar)?.timeZone ?? 'UTC';
    return insertEvent(world, caller, calendar, quickEvent(queryOf(request).text, zone, world.now()));
  });
  app.post(`${EVENTS}/:eventId/move`, (request) => {
    const { state, calendar, eventId } = place(world, request, 'calendar.events.move');
    const { recurringEventId } = readEvent(state, calendar, eventId);
    if (recurringEventId !== undefined) {
      const message = 'Cannot change the organizer of an instance.';
      throw googleError(400, 'cannotChangeOrganizerOfInstance', message);
    }
    const { destination } = queryOf(request);
    if (!destination) throw invalidValue('Missing destination calendar ID.', 'destination');
    const target = calendarId(state, destination);
    return moveEvent(world, state, findEvent(state, calendar, eventId), target);
  });
}

function registerCalendars(app: FastifyInstance, world: World): void {
  const base = '/google/calendar/v3';
  app.get(`${base}/users/me/calendarList`, (request) => {
    const { account } = googleCaller(world, request, 'calendar.calendarList.list');
    const state = calendarsOf(world, account.id);
    const { pageToken, maxResults } = queryOf(request);
    const page = pageOf(state.calendars, pageToken, pageSize(maxResults, 100, 250));
    const next = page.nextPageToken
      ? { nextPageToken: page.nextPageToken }
      : { nextSyncToken: 'Y2FsZW5kYXJz' };
    const items = page.items.map((calendar) => listEntry(calendar));
    return { kind: 'calendar#calendarList', etag: `"p${state.seq}"`, ...next, items };
  });
  app.get(`${base}/users/me/calendarList/:calendarId`, (request) => {
    const { state, calendar } = place(world, request, 'calendar.calendarList.get');
    return listEntry(state.calendars.find(({ id }) => id === calendar));
  });
  app.get(`${base}/calendars/:calendarId`, (request) => {
    const { state, calendar } = place(world, request, 'calendar.calendars.get');
    const entry = state.calendars.find(({ id }) => id === calendar);
    return { kind: 'calendar#calendar', id: calendar, summary: entry?.summary, timeZone: entry?.timeZone };
  });
  app.post(`${base}/freeBusy`, (request) => {
    const { account } = googleCaller(world, request, 'calendar.freebusy.query');
    return busyTimes(calendarsOf(world, account.id), bodyOf(request));
  });
}

function place(world: World, request: FastifyRequest, method: GoogleMethod): Place {
  const caller = googleCaller(world, request, method);
  const state = calendarsOf(world, caller.account.id);
  const params = request.params as { calendarId: string; eventId?: string };
  return { caller, state, calendar: calendarId(state, params.calendarId), eventId: params.eventId ?? '' };
}

function change(world: World, request: FastifyRequest, method: GoogleMethod, replace: boolean): unknown {
  const { caller, state, calendar, eventId } = place(world, request, method);
  const stored = eventToChange(state, calendar, eventId);
  return changeEvent(world, state, stored, {
    email: caller.account.email,
    body: eventOf(request),
    replace,
    ifMatch: request.headers['if-match'],
  });
}

function listEntry(calendar: Calendar | undefined): unknown {
  return {
    kind: 'calendar#calendarListEntry',
    ...calendar,
    accessRole: 'owner',
    selected: true,
    defaultReminders: [],
  };
}

/** An event that was sent; its video call counts only for callers that say they know of such. */
function eventOf(request: FastifyRequest): Record<string, unknown> {
  const { conferenceData, ...event } = bodyOf(request);
  const isKnown = queryOf(request).conferenceDataVersion === '1' && conferenceData !== undefined;
  return isKnown ? { ...event, conferenceData } : event;
}

function bodyOf(request: FastifyRequest): Record<string, unknown> {
  if (typeof request.body !== 'object' || request.body === null || Array.isArray(request.body)) {
    throw invalidValue('Parse Error');
  }
  return request.body as Record<string, unknown>;
}
