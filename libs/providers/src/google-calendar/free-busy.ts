import { z } from 'zod';
import type { ProviderHttp } from '../core/provider-http.js';
import { asciiAddress, mailboxKey } from '../google/mail-address.js';
import { calendarId, instant } from './event.js';

const DAY_MS = 86_400_000;

/** Google refuses ranges of some months; this stays well below. */
const MOST_DAYS = 62;

/** Calendars and a range of time: common to reading busy times and to finding a slot. */
export const busyRange = {
  calendarIds: z
    .array(calendarId)
    .min(1)
    .max(50)
    .default(['primary'])
    .describe("Addresses of people or groups, other ids, or 'primary'"),
  timeMin: instant.describe('RFC 3339'),
  timeMax: instant.describe(`End of the range, RFC 3339, at most ${MOST_DAYS} days later`),
};

/** Whether the range is one that Google answers. */
export function isBusyRange({ timeMin, timeMax }: { timeMin: string; timeMax: string }): boolean {
  const lengthMs = Date.parse(timeMax) - Date.parse(timeMin);
  return lengthMs > 0 && lengthMs <= MOST_DAYS * DAY_MS;
}

export const badBusyRange = {
  path: ['timeMax'],
  message: `must be after timeMin, at most ${MOST_DAYS} days`,
};

const spans = z.array(z.object({ start: z.string(), end: z.string() })).default([]);
const errors = z.array(z.object({ reason: z.string().default('unknown') })).default([]);

const answer = z.object({
  calendars: z.record(z.string(), z.object({ busy: spans, errors })).default({}),
  groups: z.record(z.string(), z.object({ calendars: z.array(z.string()).default([]), errors })).default({}),
});

type Answer = z.output<typeof answer>;

/** When a calendar is busy, or why that is not known. */
export interface CalendarBusy {
  readonly calendarId: string;
  readonly busy: { start: string; end: string }[];
  readonly problem?: string | undefined;
}

/** Busy times of a calendar, or of a group: then of all its members together, and of each. */
export interface Busy extends CalendarBusy {
  readonly members?: CalendarBusy[] | undefined;
}

/** Google may return an address in another case than it was requested in. */
function entryOf<T>(entries: Readonly<Record<string, T>>, id: string): T | undefined {
  const key = mailboxKey(id);
  return entries[id] ?? Object.entries(entries).find(([name]) => mailboxKey(name) === key)?.[1];
}

function calendarBusy({ calendars }: Answer, calendarId: string): CalendarBusy {
  const calendar = entryOf(calendars, calendarId);
  const problem = calendar ? calendar.errors[0]?.reason : 'notAnswered';
  return { calendarId, busy: calendar?.busy ?? [], problem };
}

function busyOf(from: Answer, calendarId: string): Busy {
  const group = entryOf(from.groups, calendarId);
  if (!group) return calendarBusy(from, calendarId);
  const members = group.calendars.map((id) => calendarBusy(from, id));
  const isEmpty = members.length === 0 ? 'notAnswered' : undefined;
  const problem = group.errors[0]?.reason ?? members.find((one) => one.problem)?.problem ?? isEmpty;
  const busy = members.flatMap((one) => one.busy);
  busy.sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  return { calendarId, busy, problem, members };
}

/** https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query */
export async function queryBusy(
  http: ProviderHttp,
  range: { calendarIds: readonly string[]; timeMin: string; timeMax: string; timeZone?: string | undefined },
): Promise<Busy[]> {
  const { calendarIds, ...times } = range;
  const ids = [...new Set(calendarIds.map(asciiAddress))];
  const from = await http.post('/freeBusy', {
    body: { ...times, items: ids.map((id) => ({ id })), groupExpansionMax: 100, calendarExpansionMax: 50 },
    response: answer,
  });
  return ids.map((id) => busyOf(from, id));
}
