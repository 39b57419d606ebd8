import { DateTime } from 'luxon';
import { googleError } from '../google-errors.js';

/** Reads "Lunch with Grace on 1 December 2026 at 12:30", "… tomorrow at noon"; without a time, the next full hour. */
export function quickEvent(
  text: string | undefined,
  timeZone: string,
  nowMs: number,
): Record<string, unknown> {
  if (!text?.trim()) throw googleError(400, 'required', 'Missing text.');
  const now = DateTime.fromMillis(nowMs, { zone: timeZone });
  const [, clock] = / at (noon|\d{1,2}(?::\d\d)?)\b/i.exec(text) ?? [];
  const [hour = 0, minute = 0] = clock === 'noon' ? [12] : (clock?.split(':').map(Number) ?? [now.hour + 1]);
  const day = dayOf(text, now).startOf('day');
  const start = day.plus({ hours: hour, minutes: minute });
  const shown = (at: DateTime) => ({ dateTime: at.toISO({ suppressMilliseconds: true }), timeZone });
  return {
    summary: text.split(/ (?:on|at|tomorrow|today)\b/i)[0]?.trim() || text,
    start: shown(start),
    end: shown(start.plus({ hours: 1 })),
  };
}

function dayOf(text: string, now: DateTime): DateTime {
  if (/\btomorrow\b/i.test(text)) return now.plus({ days: 1 });
  const [, written] = / on (\d{1,2} [A-Za-z]+ \d{4}|\d{4}-\d\d-\d\d)/.exec(text) ?? [];
  if (!written) return now;
  const zone = now.zone;
  const day = /^\d{4}/.test(written)
    ? DateTime.fromISO(written, { zone })
    : DateTime.fromFormat(written, 'd LLLL yyyy', { zone, locale: 'en' });
  return day.isValid ? day : now;
}
