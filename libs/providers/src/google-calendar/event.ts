import { inputTime } from '../core/dates.js';
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
  comment: z.string().optional().describe('What the guest wrote with the answer'),
});

const words = z.string().optional().catch(undefined);

const entryPoint = z.object({
  entryPointType: words.describe('video, phone, sip or more'),
  uri: words.describe('Address or number to join by'),
  label: words.describe('The same as people read it'),
  pin: words.describe('PIN'),
  accessCode: words.describe('Access code'),
  meetingCode: words.describe('Meeting code'),
  passcode: words.describe('Passcode'),
  password: words.describe('Password'),
});

const conference = z.object({
  conferenceId: words.describe('Id of the meeting'),
  conferenceSolution: z
    .object({ name: words.describe('For example Google Meet or Zoom Meeting') })
    .optional()
    .catch(undefined)
    .describe('Whose meeting it is'),
  entryPoints: z.array(entryPoint).optional().catch(undefined).describe('Ways to join'),
  notes: words.describe('What else to know, may contain HTML'),
});

/** An event as Google shows it. Only `id` is sure: free/busy access and cancelled events leave out the rest. */
export const calendarEvent = z.object({
  id: z.string().describe('Event id'),
  etag: z.string().optional().describe('Version of the event; give it back to change this version only'),
  status: z.string().optional().describe('confirmed, tentative or cancelled'),
  summary: z.string().optional().describe('Title'),
  description: z.string().optional().describe('Text, may contain HTML'),
  location: z.string().optional().describe('Place as free text'),
  start: moment.optional().describe('Start'),
  end: moment.optional().describe('End; exclusive for all-day events'),
  attendees: z.array(person).optional().describe('Guests'),
  organizer: person.optional().describe('Organizer'),
  recurrence: z.array(z.string()).optional().describe('RFC 5545 rules, on the series itself only'),
  recurringEventId: z.string().optional().describe('Id of the series that this is an instance of'),
  originalStartTime: moment.optional().describe('When this instance would start by the rule of its series'),
  htmlLink: z.string().optional().describe('Address of the event in Google Calendar'),
  hangoutLink: words.describe('Address of the Google Meet video call'),
  conferenceData: conference.optional().catch(undefined).describe('Video call, of whatever service'),
});

export const calendarId = z.string().min(1).max(1024).default('primary').describe("Or 'primary'");

export const eventId = z.string().min(1).max(1024).describe("A series' id means all instances");

export const etag = z
  .string()
  .max(256)
  .regex(/^(W\/)?"[\x21\x23-\x7e]*"$/, 'not an etag')
  .optional()
  .describe('As last read; fails if it has changed');

export const sendUpdates = z
  .enum(['none', 'externalOnly', 'all'])
  .default('none')
  .describe('None unless the user asks');

/** With this Google keeps the video call of an event that is changed, and shows it. */
export const keepsConference = { conferenceDataVersion: 1 } as const;

/** Asks the runtime, which also knows older names such as Asia/Calcutta; offsets are no zones to Google. */
function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export const timeZone = z.string().max(64).refine(isTimeZone, 'not an IANA time zone').describe('IANA name');

export const instant = inputTime({ offset: true });
