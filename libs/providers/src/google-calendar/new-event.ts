import { z } from 'zod';
import { asciiAddress, emailAddress } from '../google/mail-address.js';
import { calendarId, sendUpdates } from './event.js';
import { hasZone, isInOrder, moment } from './event-moment.js';

export const attendee = z.strictObject({
  email: emailAddress.describe('E-mail address of the guest'),
  optional: z.boolean().optional().describe('The guest may stay away'),
});

/** The guest as Google takes it. */
export const sentGuest = <T extends { readonly email: string }>(guest: T): T => ({
  ...guest,
  email: asciiAddress(guest.email),
});

/** Lines of RFC 5545 section 3.8.5; a start belongs to `start`. */
export const recurrence = z
  .array(
    z
      .string()
      .max(1000)
      .regex(/^(RRULE|EXRULE|RDATE|EXDATE)[:;][\x21-\x7e]+$/, 'not a line of RFC 5545 section 3.8.5'),
  )
  .min(1)
  .max(10)
  .describe('RRULE lines that make a series, for example RRULE:FREQ=WEEKLY;COUNT=8; needs a timeZone');

/** The input for an event to be created. */
export const newEvent = z
  .strictObject({
    calendarId,
    summary: z.string().min(1).max(1024).describe('Title of the event'),
    description: z.string().max(8192).optional().describe('Text of the event'),
    location: z.string().max(1024).optional().describe('Place as free text'),
    start: moment.describe('Start of the event'),
    end: moment.describe('Of the same kind as start; all day: the day after the last'),
    attendees: z.array(attendee).max(200).optional().describe('Guests to put on the event'),
    recurrence: recurrence.optional(),
    sendUpdates,
  })
  .refine(({ start, end }) => isInOrder(start, end), {
    path: ['end'],
    message: 'must be after start and of the same kind',
  })
  .refine(({ start, end, recurrence: rules }) => !rules || (hasZone(start) && hasZone(end)), {
    path: ['recurrence'],
    message: 'a series needs a timeZone in start and end, so that it keeps its hour when the clocks change',
  })
  .meta({
    examples: [
      {
        summary: 'Planning',
        start: { dateTime: '2026-12-01T10:00:00', timeZone: 'Europe/Berlin' },
        end: { dateTime: '2026-12-01T11:00:00', timeZone: 'Europe/Berlin' },
      },
      {
        summary: 'Stand-up',
        start: { dateTime: '2026-12-07T09:00:00', timeZone: 'Europe/Berlin' },
        end: { dateTime: '2026-12-07T09:15:00', timeZone: 'Europe/Berlin' },
        recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=8'],
      },
      { summary: 'Holiday', start: { date: '2026-12-24' }, end: { date: '2026-12-27' } },
    ],
  });
