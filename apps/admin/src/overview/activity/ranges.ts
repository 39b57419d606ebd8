import type { ActivityCounts } from '../../api-types';
import { filteredPath } from '../../components/paths';

const HOUR = 3_600_000;

/** The stretches of time that can be chosen. */
export const ranges = {
  hour: { label: 'Hour', ms: HOUR },
  day: { label: 'Day', ms: 24 * HOUR },
  week: { label: 'Week', ms: 7 * 24 * HOUR },
  month: { label: 'Month', ms: 30 * 24 * HOUR },
} as const;

export type Range = keyof typeof ranges;

export const rangeNames = Object.keys(ranges) as Range[];

/** The beginning of a range that ends now. */
export const beginOf = (range: Range): string => new Date(Date.now() - ranges[range].ms).toISOString();

const byHour = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const byWeek = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
/** Days are counted in UTC, so they are named in it. */
const byDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** An interval as the axis of a chart names it. */
export const intervalName = (at: string, range: Range): string => {
  const format = range === 'month' ? byDay : range === 'week' ? byWeek : byHour;
  return format.format(new Date(at));
};

export const callCount = ({ calls: { succeeded, failed, denied } }: ActivityCounts) =>
  succeeded + failed + denied;

/** The events behind a figure. */
export const eventsPath = (filter: Record<string, string | undefined>): string =>
  filteredPath(
    'audit-events',
    Object.fromEntries(Object.entries(filter).filter((entry): entry is [string, string] => !!entry[1])),
  );
