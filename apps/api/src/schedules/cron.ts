import { CronExpressionParser } from 'cron-parser';
import { IANAZone } from 'luxon';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Clocks are put forward or back by less than this. */
const LONGEST_SHIFT_MS = 3 * 60 * MINUTE_MS;

/** Names for five fields that cron has. */
const ALIASES: ReadonlySet<string> = new Set(['@hourly', '@daily', '@weekly', '@monthly', '@yearly']);
const FIELDS = /^[\d*,/?LW#A-Za-z-]+$/;
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;
const LONGEST_CRON = 100;
const SOME_TIME = new Date('2027-01-01T00:00:00Z');

/** Why an expression cannot be followed; `undefined` when it can. */
export function faultInCron(cron: string): string | undefined {
  if (cron.length > LONGEST_CRON) return `must have at most ${LONGEST_CRON} characters`;
  if (!ALIASES.has(cron)) {
    const fields = cron.split(/\s+/);
    if (fields.length === 6)
      return 'must have five fields, without seconds: a schedule runs at most once a minute';
    if (fields.length !== 5) return 'must have five fields: minute, hour, day of month, month, day of week';
    // The parser's H stands for a random value.
    const isPlain = fields.every((field) => FIELDS.test(field) && !/(^|[^A-Za-z])h/i.test(field));
    if (!isPlain) return 'must be a cron expression, as "30 9 * * 1-5"';
  }
  try {
    wallTimes(cron, SOME_TIME.getTime()).next();
    return undefined;
  } catch (error) {
    return `is no cron expression: ${(error as Error).message}`;
  }
}

/** Whether the time zone database has this zone. */
export function isZone(timeZone: string): boolean {
  return ZONE.test(timeZone) && IANAZone.isValidZone(timeZone);
}

/**
 * The next run after a time. A time that the clocks skip is made up for when they have been put forward; of a time that
 * comes twice the first counts, unless the expression is for every hour (`*`, with or without a step): then both do.
 */
export function nextRun(cron: string, timeZone: string, after: Date): Date {
  const zone = IANAZone.create(timeZone);
  const from = after.getTime();
  const both = cron === '@hourly' || cron.split(/\s+/)[1]?.startsWith('*') === true;
  const [first = Infinity] = instantsOf(wallTimes(cron, wallAt(zone, from)).next(), zone, both);
  if (isSteady(zone, from) && isSteady(zone, first)) return new Date(first);
  return new Date(nextNearShift(cron, zone, from, both));
}

/** The next so many runs. */
export function nextRuns(cron: string, timeZone: string, after: Date, count: number): Date[] {
  const runs: Date[] = [];
  for (let last = after; runs.length < count; runs.push(last)) last = nextRun(cron, timeZone, last);
  return runs;
}

/** Where clocks shift, later times of the clock may come earlier. */
function nextNearShift(cron: string, zone: IANAZone, from: number, both: boolean): number {
  const walls = wallTimes(cron, wallAt(zone, from) - LONGEST_SHIFT_MS);
  let best = Infinity;
  for (;;) {
    const wall = walls.next();
    for (const instant of instantsOf(wall, zone, both)) if (instant > from) best = Math.min(best, instant);
    if (best < Infinity && wall > wallAt(zone, best) + LONGEST_SHIFT_MS) return best;
  }
}

function isSteady(zone: IANAZone, instant: number): boolean {
  return zone.offset(instant - LONGEST_SHIFT_MS) === zone.offset(instant + LONGEST_SHIFT_MS);
}

/** The times of the clock that an expression names, as if that clock showed UTC. */
function wallTimes(cron: string, after: number): { next(): number } {
  const times = CronExpressionParser.parse(cron, { tz: 'UTC', currentDate: new Date(after) });
  return { next: () => times.next().getTime() };
}

function wallAt(zone: IANAZone, instant: number): number {
  return instant + zone.offset(instant) * MINUTE_MS;
}

/** When clocks show this time: once, twice, or, where they skip it, as much later as they are put forward. */
function instantsOf(wall: number, zone: IANAZone, both: boolean): number[] {
  const [before, since] = [zone.offset(wall - DAY_MS), zone.offset(wall + DAY_MS)];
  const asked = before === since ? [before] : [before, since];
  const shown = asked
    .map((offset) => wall - offset * MINUTE_MS)
    .filter((instant) => wallAt(zone, instant) === wall)
    .sort((a, b) => a - b);
  if (shown.length === 0) return [wall - before * MINUTE_MS];
  return both ? shown : shown.slice(0, 1);
}
