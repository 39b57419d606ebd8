import { DateTime } from 'luxon';

/** A stretch of time in milliseconds since the epoch; the end is not part of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** When people work, by the clock on the wall of their time zone. */
export interface WorkingHours {
  /** Minutes after midnight. */
  readonly from: number;
  /** Minutes after midnight; 1440 is the end of the day. */
  readonly to: number;
  /** 1 is Monday, 7 is Sunday. */
  readonly weekdays: readonly number[];
  /** IANA name. */
  readonly timeZone: string;
}

const MINUTES_A_DAY = 1440;

/**
 * The moments at which the wall clock shows so many minutes after midnight, in order: two when the clocks go back. A
 * time that is skipped when they go forward becomes the first one after it.
 */
function atWallClock(day: DateTime, minutes: number): [first: number, last: number] {
  const { year, month, day: dayOfMonth, zone } = day;
  for (let wanted = minutes; wanted < MINUTES_A_DAY; wanted += 1) {
    const [hour, minute] = [Math.floor(wanted / 60), wanted % 60];
    const wall = DateTime.fromObject({ year, month, day: dayOfMonth, hour, minute }, { zone });
    if (wall.hour !== hour || wall.minute !== minute) continue;
    const moments = wall.getPossibleOffsets().map((moment) => moment.toMillis());
    return [Math.min(...moments), Math.max(...moments)];
  }
  const nextDay = day.plus({ days: 1 }).startOf('day').toMillis();
  return [nextDay, nextDay];
}

/** Where an hour is shown twice, the day begins with the second one and ends with the first: never outside the hours. */
function workingDay(day: DateTime, from: number, to: number): Span {
  const [first, last] = atWallClock(day, from);
  const [end] = atWallClock(day, to);
  return { start: last < end ? last : first, end };
}

/** Working hours of each day that touches the range, cut to it. A day on which the clocks change is longer or shorter. */
export function workingSpans(
  range: Span,
  { from, to, weekdays, timeZone }: WorkingHours,
): (Span & { grid: number })[] {
  const spans: (Span & { grid: number })[] = [];
  const first = DateTime.fromMillis(range.start, { zone: timeZone }).startOf('day');
  for (let day = first; day.toMillis() < range.end; day = day.plus({ days: 1 }).startOf('day')) {
    if (!weekdays.includes(day.weekday)) continue;
    const { start: grid, end } = workingDay(day, from, to);
    const span = { start: Math.max(grid, range.start), end: Math.min(end, range.end), grid };
    if (span.start < span.end) spans.push(span);
  }
  return spans;
}

/** The rest of a span without the busy ones, which are in order of start. */
function without(span: Span, busy: readonly Span[]): Span[] {
  const left: Span[] = [];
  let { start } = span;
  for (const taken of busy) {
    if (taken.end <= start || taken.start >= span.end || taken.start === taken.end) continue;
    if (taken.start > start) left.push({ start, end: taken.start });
    start = taken.end;
  }
  return start < span.end ? [...left, { start, end: span.end }] : left;
}

export interface SlotSearch extends Span {
  readonly hours: WorkingHours;
  readonly busy: readonly Span[];
  readonly durationMs: number;
  /** Slots start at whole steps after the begin of the working day. */
  readonly stepMs: number;
  readonly limit: number;
}

/** The earliest slots in which nobody is busy, in order; they may overlap each other. */
export function freeSlots({ hours, busy, durationMs, stepMs, limit, ...range }: SlotSearch): Span[] {
  const taken = [...busy].sort((a, b) => a.start - b.start);
  const slots: Span[] = [];
  for (const { grid, ...span } of workingSpans(range, hours)) {
    for (const gap of without(span, taken)) {
      const first = grid + Math.ceil((gap.start - grid) / stepMs) * stepMs;
      for (let start = first; start + durationMs <= gap.end; start += stepMs) {
        slots.push({ start, end: start + durationMs });
        if (slots.length === limit) return slots;
      }
    }
  }
  return slots;
}
