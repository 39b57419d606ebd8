import { z } from 'zod';

const YEAR = /^\d{4}/;

/** Whether a date lies in the years 1 to 9999, which databases and providers know, also once it is written in UTC. */
function isInCalendar(text: string): boolean {
  const time = new Date(text);
  return YEAR.test(text) && text.slice(0, 4) !== '0000' && time.getTime() >= FIRST && time.getTime() <= LAST;
}

const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');
const OUTSIDE = 'must lie in the years 1 to 9999';

/** A day that somebody gives: `YYYY-MM-DD`. */
export const inputDate = () => z.iso.date().refine(isInCalendar, OUTSIDE);

/** A time that somebody gives, as RFC 3339 writes it. */
export const inputTime = (options: Parameters<typeof z.iso.datetime>[0] = {}) =>
  z.iso.datetime(options).refine(isInCalendar, OUTSIDE);
