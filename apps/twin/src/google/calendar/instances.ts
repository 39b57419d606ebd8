import { notFound } from '../google-errors.js';
import type { CalendarEvent, CalendarState, StoredEvent } from './calendar-state.js';
import { instancesOf } from './recurrence.js';

/** Single events: series become their instances, but for those that were changed or cancelled alone. */
export function singleEvents(state: CalendarState, stored: StoredEvent[]): CalendarEvent[] {
  return stored.flatMap(({ calendarId, event }) =>
    instancesOf(event).filter(
      (instance) => instance === event || !storedEvent(state, calendarId, instance.id),
    ),
  );
}

/** The event or instance with this id, cancelled ones too. */
export function readEvent(state: CalendarState, calendar: string, id: string): CalendarEvent {
  const event = storedEvent(state, calendar, id)?.event ?? instanceOf(state, calendar, id);
  if (!event) throw notFound();
  return event;
}

/** The event to be changed; an instance of a series becomes an exception of its own. */
export function eventToChange(state: CalendarState, calendar: string, id: string): StoredEvent {
  const stored = storedEvent(state, calendar, id);
  if (stored) return stored;
  const instance = instanceOf(state, calendar, id);
  if (!instance) throw notFound();
  const exception = { calendarId: calendar, changeSeq: 0, event: structuredClone(instance) };
  state.events.push(exception);
  return exception;
}

function storedEvent(state: CalendarState, calendar: string, id: string): StoredEvent | undefined {
  return state.events.find((stored) => stored.calendarId === calendar && stored.event.id === id);
}

function instanceOf(state: CalendarState, calendar: string, id: string): CalendarEvent | undefined {
  const series = storedEvent(state, calendar, id.split('_')[0] ?? id);
  if (!series || series.event.status === 'cancelled') return undefined;
  return instancesOf(series.event).find((event) => event.id === id);
}
