import type { EventTime } from './calendar-state.js';

const DAY_MS = 86_400_000;

/** The instant of an event time; a bare day counts from midnight UTC. */
export function instantOf(time: EventTime): number {
  return Date.parse(time.dateTime ?? `${time.date}T00:00:00Z`);
}

/** Whether this is a valid start or end: exactly one of day and instant, the instant with its zone. */
export function isEventTime(value: unknown): value is EventTime {
  if (typeof value !== 'object' || value === null) return false;
  const { date, dateTime, timeZone } = value as EventTime;
  if ((date === undefined) === (dateTime === undefined)) return false;
  if (date !== undefined) return /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date));
  const zoned = /(?:Z|[+-]\d\d:\d\d)$/.test(dateTime ?? '') || timeZone !== undefined;
  return zoned && !Number.isNaN(Date.parse(dateTime ?? ''));
}

/** The same time moved by some milliseconds, keeping its form. */
export function moved(time: EventTime, ms: number): EventTime {
  if (time.date !== undefined) {
    const day = new Date(instantOf(time) + Math.round(ms / DAY_MS) * DAY_MS);
    return { ...time, date: day.toISOString().slice(0, 10) };
  }
  return { ...time, dateTime: new Date(instantOf(time) + ms).toISOString().replace('.000Z', 'Z') };
}
