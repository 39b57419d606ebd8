import { googleError, invalidValue } from '../google-errors.js';
import type { CalendarState } from './calendar-state.js';
import { instantOf } from './event-time.js';
import { singleEvents } from './instances.js';

const LONGEST_MS = 92 * 86_400_000;

/** `freebusy.query`: the busy stretches of the named calendars. */
export function busyTimes(state: CalendarState, body: Record<string, unknown>): unknown {
  const [min, max] = [Date.parse(String(body.timeMin)), Date.parse(String(body.timeMax))];
  if (Number.isNaN(min) || Number.isNaN(max)) throw invalidValue('Missing or invalid time range.');
  if (max <= min) throw googleError(400, 'timeRangeEmpty', 'The specified time range is empty.');
  if (max - min > LONGEST_MS) {
    throw googleError(400, 'timeRangeTooLong', 'The requested time range is too long.');
  }
  const items = Array.isArray(body.items) ? (body.items as { id: string }[]) : [];
  const calendars = items.map(({ id }) => {
    const calendar = state.calendars.find((entry) => entry.id === id || (id === 'primary' && entry.primary));
    if (!calendar) return [id, { errors: [{ domain: 'global', reason: 'notFound' }], busy: [] }];
    const busy = singleEvents(
      state,
      state.events.filter(
        ({ calendarId, event }) => calendarId === calendar.id && event.status !== 'cancelled',
      ),
    )
      .filter(({ transparency }) => transparency !== 'transparent')
      .map(({ start, end }) => ({ start: instantOf(start), end: instantOf(end) }))
      .filter(({ start, end }) => end > min && start < max)
      .sort((a, b) => a.start - b.start)
      .map(({ start, end }) => ({ start: new Date(start).toISOString(), end: new Date(end).toISOString() }));
    return [id, { busy }];
  });
  return {
    kind: 'calendar#freeBusy',
    timeMin: body.timeMin,
    timeMax: body.timeMax,
    calendars: Object.fromEntries(calendars) as unknown,
  };
}
