import { z } from 'zod';
import { calendarId, timeZone } from './event.js';

const emailAddress = z.email().max(320);

const hasOffset = /(Z|[+-]\d\d:\d\d)$/;

const moment = z
  .union([
    z.strictObject({
      dateTime: z.iso
        .datetime({ offset: true, local: true })
        .regex(/T\d\d:\d\d:\d\d/, 'needs seconds')
        .describe('RFC 3339 time; without an offset, timeZone says which'),
      timeZone: timeZone.optional(),
    }),
    z.strictObject({ date: z.iso.date().describe('Day, YYYY-MM-DD, for an all-day event') }),
  ])
  .refine(
    (at) => 'date' in at || at.timeZone !== undefined || hasOffset.test(at.dateTime),
    'a time without an offset needs a timeZone',
  );

type Moment = z.output<typeof moment>;

/** Times are compared only if both have an offset, or both are local to the same zone; the rest is left to Google. */
function isInOrder(start: Moment, end: Moment): boolean {
  if ('date' in start || 'date' in end) return 'date' in start && 'date' in end && start.date < end.date;
  const times = [start.dateTime, end.dateTime];
  const withOffset = times.filter((time) => hasOffset.test(time)).length;
  const isComparable = withOffset === 2 || (withOffset === 0 && start.timeZone === end.timeZone);
  const [from = 0, to = 0] = times.map((time) => Date.parse(withOffset === 2 ? time : `${time}Z`));
  return !isComparable || from <= to;
}

const attendee = z.strictObject({
  email: emailAddress.describe('E-mail address of the guest'),
  optional: z.boolean().optional().describe('The guest may stay away'),
});

/** What a caller says about an event to be created. */
export const newEvent = z
  .strictObject({
    calendarId,
    summary: z.string().min(1).max(1024).describe('Title of the event'),
    description: z.string().max(8192).optional().describe('Text of the event'),
    location: z.string().max(1024).optional().describe('Place as free text'),
    start: moment.describe('Start: a dateTime, or a date for an all-day event'),
    end: moment.describe('End, of the same kind as start; the day after the last one for all-day events'),
    attendees: z.array(attendee).max(200).optional().describe('Guests to put on the event'),
    sendUpdates: z
      .enum(['none', 'externalOnly', 'all'])
      .default('none')
      .describe('Which guests Google mails an invitation to; none unless the user wants it'),
  })
  .refine(({ start, end }) => isInOrder(start, end), {
    path: ['end'],
    message: 'must be after start and of the same kind',
  })
  .meta({
    examples: [
      {
        summary: 'Planning',
        start: { dateTime: '2026-12-01T10:00:00', timeZone: 'Europe/Berlin' },
        end: { dateTime: '2026-12-01T11:00:00', timeZone: 'Europe/Berlin' },
      },
      { summary: 'Holiday', start: { date: '2026-12-24' }, end: { date: '2026-12-27' } },
    ],
  });
