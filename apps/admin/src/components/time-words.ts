const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });

/** The calendar day of the reader's own zone that a time lies in, as a number. */
const dayOf = (at: Date): number => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / DAY;

/** "3 minutes ago" within a week, else a short date in the reader's own zone. Yesterday is the calendar's. */
export const timeWords = (at: Date, now: Date): string => {
  const difference = at.getTime() - now.getTime();
  const distance = Math.abs(difference);
  if (distance < 45_000) return difference > 0 ? 'in a moment' : 'just now';
  if (distance >= 7 * DAY) return shortDate(at, now);
  if (distance >= DAY) return relative.format(dayOf(at) - dayOf(now), 'day');
  const [size, unit] = distance < HOUR ? ([MINUTE, 'minute'] as const) : ([HOUR, 'hour'] as const);
  return relative.format(Math.trunc(difference / size) || Math.sign(difference), unit);
};

export const shortDate = (at: Date, now: Date): string =>
  new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    ...(at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);

export const clockTime = (at: Date): string =>
  new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);

/** "1.4 s", "2 min 5 s": how long something took. */
export const durationWords = (ms: number): string => {
  // Rounded before it is divided: no minute has 60 s.
  const of = (unit: number) => Math.round(ms / unit);
  const [seconds, minutes] = [of(1000), of(MINUTE)];
  if (of(1) < 1000) return `${Math.max(0, of(1))} ms`;
  if (of(100) < 600) return `${(of(100) / 10).toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
