const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });

const steps: [limit: number, unit: Intl.RelativeTimeFormatUnit, size: number][] = [
  [HOUR, 'minute', MINUTE],
  [DAY, 'hour', HOUR],
  [7 * DAY, 'day', DAY],
];

/** "3 minutes ago" within a week, else a short date in the reader's own zone. */
export const timeWords = (at: Date, now: Date): string => {
  const difference = at.getTime() - now.getTime();
  const distance = Math.abs(difference);
  if (distance < 45_000) return difference > 0 ? 'in a moment' : 'just now';
  const step = steps.find(([limit]) => distance < limit);
  if (!step) return shortDate(at, now);
  const [, unit, size] = step;
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
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${Math.round((ms % MINUTE) / 1000)} s`;
  return `${Math.floor(ms / HOUR)} h ${Math.round((ms % HOUR) / MINUTE)} min`;
};
