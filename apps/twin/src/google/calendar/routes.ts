import type { FastifyInstance, FastifyRequest } from 'fastify';
import { queryOf } from '../../oauth/request-form.js';
import type { World } from '../../world.js';
import type { GoogleCaller } from '../caller.js';
import { googleCaller } from '../caller.js';
import { invalidValue, notFound } from '../google-errors.js';
import type { GoogleMethod } from '../method-scopes.js';
import { partialResponse } from '../partial-response.js';
import type { CalendarState } from './calendar-state.js';
import { calendarId, calendarsOf, changeEvent, deleteEvent, findEvent, insertEvent } from './events.js';
import { busyTimes } from './free-busy.js';
import { instancesOf } from './recurrence.js';
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
    return insertEvent(world, caller, calendar, bodyOf(request));
  });
  app.get(`${EVENTS}/:eventId`, (request) => {
    const { state, calendar, eventId } = place(world, request, 'calendar.events.get');
    return partialResponse(eventOrInstance(state, calendar, eventId), queryOf(request).fields);
  });
  app.patch(`${EVENTS}/:eventId`, (request) => change(world, request, 'calendar.events.patch', false));
  app.put(`${EVENTS}/:eventId`, (request) => change(world, request, 'calendar.events.update', true));
  app.delete(`${EVENTS}/:eventId`, (request, reply) => {
    const { state, calendar, eventId } = place(world, request, 'calendar.events.delete');
    deleteEvent(world, state, findEvent(state, calendar, eventId), request.headers['if-match']);
    return reply.code(204).send();
  });
}

function registerCalendars(app: FastifyInstance, world: World): void {
  const base = '/google/calendar/v3';
  app.get(`${base}/users/me/calendarList`, (request) => {
    const { account } = googleCaller(world, request, 'calendar.calendarList.list');
    const state = calendarsOf(world, account.id);
    const items = state.calendars.map((calendar) => listEntry(calendar));
    return { kind: 'calendar#calendarList', etag: `"p${state.seq}"`, nextSyncToken: 'Y2FsZW5kYXJz', items };
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
  const { state, calendar, eventId } = place(world, request, method);
  const stored = findEvent(state, calendar, eventId);
  return changeEvent(world, state, stored, {
    body: bodyOf(request),
    replace,
    ifMatch: request.headers['if-match'],
  });
}

function eventOrInstance(state: CalendarState, calendar: string, id: string): unknown {
  const series = id.split('_')[0] ?? id;
  if (series === id) return findEvent(state, calendar, id).event;
  const instance = instancesOf(findEvent(state, calendar, series).event).find((event) => event.id === id);
  if (!instance) throw notFound();
  return instance;
}

function listEntry(calendar: CalendarState['calendars'][number] | undefined): unknown {
  return {
    kind: 'calendar#calendarListEntry',
    ...calendar,
    accessRole: 'owner',
    selected: true,
    defaultReminders: [],
  };
}

function bodyOf(request: FastifyRequest): Record<string, unknown> {
  if (typeof request.body !== 'object' || request.body === null || Array.isArray(request.body)) {
    throw invalidValue('Parse Error');
  }
  return request.body as Record<string, unknown>;
}
