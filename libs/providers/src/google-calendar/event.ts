import { z } from 'zod';

const moment = z.object({
  date: z.string().optional().describe('Day of an all-day event, YYYY-MM-DD'),
  dateTime: z.string().optional().describe('RFC 3339 time with offset'),
  timeZone: z.string().optional().describe('IANA time zone'),
});

const person = z.object({
  email: z.string().optional().describe('E-mail address'),
  displayName: z.string().optional().describe('Name, if known'),
  responseStatus: z.string().optional().describe('needsAction, declined, tentative or accepted'),
  optional: z.boolean().optional().describe('Attendance is optional'),
  self: z.boolean().optional().describe('This is the user'),
});

/** An event as Google shows it. Only `id` is sure: free/busy access and cancelled events leave out the rest. */
export const calendarEvent = z.object({
  id: z.string().describe('Event id'),
  status: z.string().optional().describe('confirmed, tentative or cancelled'),
  summary: z.string().optional().describe('Title'),
  description: z.string().optional().describe('Text, may contain HTML'),
  location: z.string().optional().describe('Place as free text'),
  start: moment.optional().describe('Start'),
  end: moment.optional().describe('End; exclusive for all-day events'),
  attendees: z.array(person).optional().describe('Guests'),
  organizer: person.optional().describe('Organizer'),
  recurringEventId: z.string().optional().describe('Id of the series that this is an instance of'),
  htmlLink: z.string().optional().describe('Address of the event in Google Calendar'),
});

export const calendarId = z
  .string()
  .min(1)
  .max(1024)
  .default('primary')
  .describe("Calendar id as Google gives it; 'primary' is the user's own calendar");

/** Asks the runtime, which also knows older names such as Asia/Calcutta; offsets are no zones to Google. */
function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'not an IANA time zone')
  .describe('IANA time zone, for example Europe/Berlin');
