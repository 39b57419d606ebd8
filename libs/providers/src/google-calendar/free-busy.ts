import { z } from 'zod';
import type { ProviderHttp } from '../core/provider-http.js';
import { calendarId, instant } from './event.js';

const DAY_MS = 86_400_000;

/** Google refuses ranges of some months; this stays well below. */
const MOST_DAYS = 62;

/** Whose time, and when: common to asking and to finding a slot. */
export const busyRange = {
  calendarIds: z
    .array(calendarId)
    .min(1)
    .max(50)
    .default(['primary'])
    .describe("Calendars to look at: 'primary' for the user's own, else ids, mostly e-mail addresses"),
  timeMin: instant.describe('Begin of the range, RFC 3339'),
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

const answer = z.object({
  calendars: z.record(
    z.string(),
    z.object({
      busy: z.array(z.object({ start: z.string(), end: z.string() })).default([]),
      errors: z.array(z.object({ reason: z.string().default('unknown') })).default([]),
    }),
  ),
});

/** https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query */
export async function queryBusy(
  http: ProviderHttp,
  range: { calendarIds: readonly string[]; timeMin: string; timeMax: string; timeZone?: string | undefined },
) {
  const { calendarIds, ...times } = range;
  const ids = [...new Set(calendarIds)];
  const { calendars } = await http.post('/freeBusy', {
    body: { ...times, items: ids.map((id) => ({ id })), calendarExpansionMax: 50 },
    response: answer,
  });
  return ids.map((id) => {
    const { busy = [], errors } = calendars[id] ?? {};
    return { calendarId: id, busy, problem: errors ? errors[0]?.reason : 'notAnswered' };
  });
}
