import { DateTime } from 'luxon';
import type { EventTime } from './calendar-state.js';

const OFFSET = /(?:Z|[+-]\d\d:\d\d)$/;

/** The instant of an event time; a bare day counts from midnight UTC, a time without offset in its zone. */
export function instantOf(time: EventTime): number {
  if (time.dateTime === undefined) return Date.parse(`${time.date}T00:00:00Z`);
  if (OFFSET.test(time.dateTime)) return Date.parse(time.dateTime);
  return DateTime.fromISO(time.dateTime, { zone: time.timeZone ?? 'UTC' }).toMillis();
}

/** Whether this is a valid start or end: exactly one of day and instant, the instant with its zone. */
export function isEventTime(value: unknown): value is EventTime {
  if (typeof value !== 'object' || value === null) return false;
  const { date, dateTime, timeZone } = value as EventTime;
  if ((date === undefined) === (dateTime === undefined)) return false;
  if (date !== undefined) return /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date));
  const zoned = OFFSET.test(dateTime ?? '') || timeZone !== undefined;
  return zoned && !Number.isNaN(instantOf({ dateTime: dateTime ?? '', timeZone: timeZone ?? 'UTC' }));
}

/** As Calendar answers it: a time without offset gets the one of its zone. */
export function withOffset(time: EventTime): EventTime {
  if (time.dateTime === undefined || OFFSET.test(time.dateTime)) return time;
  const { dateTime, timeZone } = time;
  const zoned = DateTime.fromISO(dateTime, { zone: timeZone ?? 'UTC' });
  return { ...time, dateTime: zoned.toISO({ suppressMilliseconds: true }) ?? dateTime };
}

/** The same time some days later by the clock on the wall of its zone, keeping its form. */
export function daysLater(time: EventTime, days: number): EventTime {
  if (time.date !== undefined) {
    const day = DateTime.fromISO(time.date, { zone: 'UTC' }).plus({ days });
    return { ...time, date: day.toISODate() ?? time.date };
  }
  const later = DateTime.fromMillis(instantOf(time), { zone: time.timeZone ?? 'UTC' }).plus({ days });
  return { ...time, dateTime: later.toISO({ suppressMilliseconds: true }) ?? '' };
}
