import { useSyncExternalStore } from 'react';
import { clockTime, timeWords } from './time-words';

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for every time on the page. */
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 20_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

interface WhenProps {
  at: string | null | undefined;
  /** The text when there is no time. */
  never?: string;
  /** The time of day with seconds, for a list whose date is known. */
  clock?: boolean;
}

export const When = ({ at, never = 'Never', clock = false }: WhenProps) => {
  useSyncExternalStore(subscribe, () => now);
  if (!at) return <>{never}</>;
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <>{at}</>;
  return (
    <time dateTime={at} title={date.toISOString()} style={{ whiteSpace: 'nowrap' }}>
      {clock ? clockTime(date) : timeWords(date, new Date())}
    </time>
  );
};
