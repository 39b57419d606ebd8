import { setImmediate as nextTurn } from 'node:timers/promises';

/** Bytes per turn of the event loop: a few milliseconds, whatever the work is. */
const SLICE = 128 * 1024;

interface Sliceable<T> {
  readonly length: number;
  slice(start: number, end: number): T;
}

/** Processes something long slice by slice, so that other work gets its turn in between. */
export async function inTurns<T extends Sliceable<T>>(whole: T, work: (slice: T) => string): Promise<string> {
  if (whole.length <= SLICE) return work(whole);
  const done: string[] = [];
  for (let at = 0; at < whole.length; at += SLICE) {
    if (at > 0) await nextTurn();
    done.push(work(whole.slice(at, at + SLICE)));
  }
  return done.join('');
}
