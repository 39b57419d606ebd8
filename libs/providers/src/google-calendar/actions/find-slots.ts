import { DateTime } from 'luxon';
import { z } from 'zod';
import { googleCalendar } from '../definition.js';
import { timeZone } from '../event.js';
import { badBusyRange, busyRange, isBusyRange, queryBusy, type CalendarBusy } from '../free-busy.js';
import { freeSlots } from '../free-slots.js';

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

const from = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');
const to = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'HH:MM, at most 24:00');

const slot = z.object({
  start: z.string().describe('RFC 3339 time with the offset of the time zone'),
  end: z.string().describe('RFC 3339 time with the offset of the time zone'),
});

const spanOf = ({ start, end }: z.output<typeof slot>) => ({
  start: Date.parse(start),
  end: Date.parse(end),
});

/** Of a group the members that cannot be read, or the group where that is not known. */
function unreadable(members: readonly CalendarBusy[], { calendarId, problem }: CalendarBusy): string[] {
  const ids = members.filter((one) => one.problem).map((one) => one.calendarId);
  return ids.length === 0 && problem ? [calendarId] : ids;
}

/** Computed here from https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query */
export const findSlots = googleCalendar.action({
  name: 'slots.find',
  title: 'Find a common free slot',
  summary:
    'Finds times within working hours at which none of the calendars is busy. It books nothing; while a calendar cannot be read, it gives no slot and names the calendar.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/calendar.events.freebusy'],
  input: z
    .strictObject({
      ...busyRange,
      timeZone: timeZone.describe('Zone of the working hours, for example Europe/Berlin'),
      durationMinutes: z.int().min(5).max(1440).default(30).describe('Length of the slot in minutes'),
      workFrom: from.default('09:00').describe('HH:MM'),
      workTo: to.default('17:00').describe('HH:MM, up to 24:00'),
      weekdays: z
        .array(z.enum(weekdays))
        .min(1)
        .max(7)
        .default(weekdays.slice(0, 5))
        .describe('Days on which people work'),
      stepMinutes: z
        .int()
        .min(5)
        .max(240)
        .default(30)
        .describe('Slots start every so many minutes after workFrom'),
      limit: z.int().min(1).max(100).default(10).describe('Slots at most, the earliest first'),
    })
    .refine(isBusyRange, badBusyRange)
    .refine(({ workFrom, workTo }) => workFrom < workTo, {
      path: ['workTo'],
      message: 'must be after workFrom',
    })
    .meta({
      examples: [
        {
          calendarIds: ['primary', 'grace@example.com'],
          timeMin: '2026-12-01T00:00:00Z',
          timeMax: '2026-12-05T00:00:00Z',
          timeZone: 'Europe/Berlin',
          durationMinutes: 45,
        },
      ],
    }),
  output: z.object({
    slots: z.array(slot).describe('Free slots, the earliest first; they may overlap each other'),
    unreadableCalendars: z
      .array(z.string())
      .describe('Calendars that cannot be read; while there is one, no slot is given'),
  }),
  run: async ({ input, http }) => {
    const { calendarIds, timeMin, timeMax, timeZone: zone } = input;
    const calendars = await queryBusy(http, { calendarIds, timeMin, timeMax });
    const unreadableCalendars = calendars.flatMap(({ members = [], ...calendar }) =>
      unreadable(members, calendar),
    );
    if (unreadableCalendars.length > 0) return { slots: [], unreadableCalendars };
    const spans = freeSlots({
      ...spanOf({ start: timeMin, end: timeMax }),
      busy: calendars.flatMap(({ busy }) => busy.map(spanOf)),
      hours: {
        from: minutesOf(input.workFrom),
        to: minutesOf(input.workTo),
        weekdays: input.weekdays.map((name) => weekdays.indexOf(name) + 1),
        timeZone: zone,
      },
      durationMs: input.durationMinutes * 60_000,
      stepMs: input.stepMinutes * 60_000,
      limit: input.limit,
    });
    const shown = (ms: number) =>
      DateTime.fromMillis(ms, { zone }).toISO({ suppressMilliseconds: true }) ?? '';
    return {
      slots: spans.map(({ start, end }) => ({ start: shown(start), end: shown(end) })),
      unreadableCalendars,
    };
  },
});
