import { inputDate, inputTime } from '../core/dates.js';
import { z } from 'zod';
import { timeZone } from './event.js';

const hasOffset = /(Z|[+-]\d\d:\d\d)$/;

/** Start or end as a caller says it: a time with an offset or a zone, or a day. */
export const moment = z
  .union([
    z.strictObject({
      dateTime: inputTime({ offset: true, local: true })
        .regex(/T\d\d:\d\d:\d\d/, 'needs seconds')
        .describe('RFC 3339; without an offset in timeZone'),
      timeZone: timeZone.optional(),
    }),
    z.strictObject({ date: inputDate().describe('YYYY-MM-DD, all day') }),
  ])
  .refine(
    (at) => 'date' in at || at.timeZone !== undefined || hasOffset.test(at.dateTime),
    'a time without an offset needs a timeZone',
  );

export type Moment = z.output<typeof moment>;

/** Times are compared only if both have an offset, or both are local to the same zone; the rest is left to Google. */
export function isInOrder(start: Moment, end: Moment): boolean {
  if ('date' in start || 'date' in end) return 'date' in start && 'date' in end && start.date < end.date;
  const times = [start.dateTime, end.dateTime];
  const withOffset = times.filter((time) => hasOffset.test(time)).length;
  const isComparable = withOffset === 2 || (withOffset === 0 && start.timeZone === end.timeZone);
  const [from = 0, to = 0] = times.map((time) => Date.parse(withOffset === 2 ? time : `${time}Z`));
  return !isComparable || from <= to;
}

/** Whether a time names its zone, as a series needs to keep its hour when the clocks change. */
export const hasZone = (at: Moment): boolean => 'date' in at || at.timeZone !== undefined;

/** For a patch, which merges: what the other kind of start or end left behind is taken away. */
export const wholeMoment = (at: Moment) =>
  'date' in at ? { ...at, dateTime: null, timeZone: null } : { ...at, date: null };
