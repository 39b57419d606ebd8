import { z } from 'zod';
import { googleCalendar } from '../definition.js';
import { timeZone } from '../event.js';
import { badBusyRange, busyRange, isBusyRange, queryBusy } from '../free-busy.js';

const busySpan = z.object({
  start: z.string().describe('RFC 3339 time'),
  end: z.string().describe('RFC 3339 time'),
});

const calendarBusy = z.object({
  calendarId: z.string().describe('Calendar id as asked'),
  busy: z.array(busySpan).describe('When it is busy'),
  problem: z.string().optional().describe('Why not all of it could be read, for example notFound'),
});

/** https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query */
export const queryFreeBusy = googleCalendar.action({
  name: 'freebusy.query',
  title: 'See when calendars are busy',
  summary:
    'Tells when calendars are busy, without titles or other details. A calendar that cannot be read comes with a problem, not as free.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/calendar.events.freebusy'],
  input: z
    .strictObject({
      ...busyRange,
      timeZone: timeZone.optional().describe('Time zone of the answer, IANA name; default is UTC'),
    })
    .refine(isBusyRange, badBusyRange)
    .meta({
      examples: [
        {
          calendarIds: ['primary', 'grace@example.com'],
          timeMin: '2026-12-01T00:00:00Z',
          timeMax: '2026-12-08T00:00:00Z',
        },
      ],
    }),
  output: z.object({
    calendars: z
      .array(
        calendarBusy.extend({
          members: z
            .array(calendarBusy)
            .optional()
            .describe('The calendars of a group; those of the group are all of them together'),
        }),
      )
      .describe('One entry for each calendar asked'),
  }),
  run: async ({ input, http }) => ({ calendars: await queryBusy(http, input) }),
});
