import { googleError, invalidValue } from '../google-errors.js';
import type { CalendarState } from './calendar-state.js';
import { instantOf } from './event-time.js';
import { singleEvents } from './instances.js';

const LONGEST_MS = 92 * 86_400_000;

/** Groups and their members; of the second one somebody has left. */
const GROUPS: Readonly<Record<string, string[]>> = {
  'analysts@example.com': ['ada@example.com', 'teamada@group.calendar.google.com'],
  'former-analysts@example.com': ['ada@example.com', 'gone@example.com'],
};

/** `freebusy.query`: the busy stretches of the named calendars. */
export function busyTimes(state: CalendarState, body: Record<string, unknown>): unknown {
  const [min, max] = [Date.parse(String(body.timeMin)), Date.parse(String(body.timeMax))];
  if (Number.isNaN(min) || Number.isNaN(max)) throw invalidValue('Missing or invalid time range.');
  if (max <= min) throw googleError(400, 'timeRangeEmpty', 'The specified time range is empty.');
  if (max - min > LONGEST_MS) {
    throw googleError(400, 'timeRangeTooLong', 'The requested time range is too long.');
  }
  const items = Array.isArray(body.items) ? (body.items as { id: string }[]) : [];
  const groups = items.flatMap(({ id }) => (GROUPS[id] ? [[id, GROUPS[id]] as const] : []));
  const ids = items.flatMap(({ id }) => GROUPS[id] ?? [id]);
  const calendars = ids.map((id) => {
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
    ...(groups.length > 0
      ? { groups: Object.fromEntries(groups.map(([id, members]) => [id, { calendars: members }])) as unknown }
      : {}),
    calendars: Object.fromEntries(calendars) as unknown,
  };
}
