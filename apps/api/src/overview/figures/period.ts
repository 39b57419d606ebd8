import { invalidInput } from '../../platform/index.js';
import { startOf, STEPS, type Step } from './figure.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long the counts of each step are kept. */
export const KEPT_MS: Readonly<Record<Step, number>> = {
  minute: 2 * DAY_MS,
  hour: 10 * DAY_MS,
  six_hours: 100 * DAY_MS,
  day: 800 * DAY_MS,
};

/** The longest stretch that is shown in each step: 180, 48, 56 and 400 points. */
const LONGEST_MS: Readonly<Record<Step, number>> = {
  minute: 3 * HOUR_MS,
  hour: 2 * DAY_MS,
  six_hours: 14 * DAY_MS,
  day: 400 * DAY_MS,
};

/** A stretch of time in whole intervals. */
export interface Period {
  readonly step: Step;
  readonly from: Date;
  readonly to: Date;
}

/**
 * The stretch that was asked for, in the shortest intervals that are kept and not too many; the last day when nothing
 * was. It begins with the interval that `from` lies in.
 * @throws Problem 400 for one that ends before it begins, or is too long
 */
export function periodOf(asked: { from?: Date | undefined; to?: Date | undefined }, now: Date): Period {
  const to = asked.to ?? now;
  const from = asked.from ?? new Date(to.getTime() - DAY_MS);
  const length = to.getTime() - from.getTime();
  if (length <= 0) throw invalidInput('`from` must be earlier than `to`.');
  if (length > LONGEST_MS.day) throw invalidInput('The time from `from` to `to` may be 400 days at most.');
  const age = now.getTime() - from.getTime();
  const fits = (step: Step) => length <= LONGEST_MS[step] && age < KEPT_MS[step] - DAY_MS / 2;
  const step = STEPS.find(fits) ?? 'day';
  return { step, from: startOf(step, from), to };
}
