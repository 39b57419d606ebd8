import type { CalendarEvent } from './calendar-state.js';
import { daysLater, instantOf } from './event-time.js';

const STEP_DAYS: Record<string, number> = { DAILY: 1, WEEKLY: 7 };
const MOST_INSTANCES = 730;

/** The single instances of an event: itself, or for daily and weekly rules one for each repetition. */
export function instancesOf(event: CalendarEvent): CalendarEvent[] {
  const rule = event.recurrence?.find((line) => line.startsWith('RRULE:'));
  if (!rule) return [event];
  const parts = Object.fromEntries(
    rule
      .slice(6)
      .split(';')
      .map((part) => part.split('=') as [string, string]),
  );
  const stepDays = (STEP_DAYS[parts.FREQ ?? ''] ?? 0) * Number(parts.INTERVAL ?? 1);
  if (!stepDays) return [event];
  const until = parts.UNTIL ? untilInstant(parts.UNTIL) : Infinity;
  const count = Math.min(parts.COUNT ? Number(parts.COUNT) : MOST_INSTANCES, MOST_INSTANCES);
  const instances: CalendarEvent[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = daysLater(event.start, index * stepDays);
    if (instantOf(start) > until) break;
    instances.push({
      ...event,
      recurrence: undefined,
      id: `${event.id}_${compact(instantOf(start), start.date !== undefined)}`,
      recurringEventId: event.id,
      originalStartTime: start,
      start,
      end: daysLater(event.end, index * stepDays),
    } as CalendarEvent);
  }
  return instances;
}

function compact(instant: number, day: boolean): string {
  const text = new Date(instant).toISOString().replace(/\.\d+|[-:]/g, '');
  return day ? text.slice(0, 8) : text;
}

function untilInstant(text: string): number {
  const [day = '', time = '235959Z'] = text.split('T');
  const [, year, month, date] = /^(\d{4})(\d\d)(\d\d)$/.exec(day) ?? [];
  const [, hour, minute, second] = /^(\d\d)(\d\d)(\d\d)Z?$/.exec(time) ?? [];
  return Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second}Z`);
}
