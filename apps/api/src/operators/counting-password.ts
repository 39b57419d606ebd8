import type { Settings } from '../config/index.js';
import type { ActiveOperator } from './operators.repository.js';

/**
 * The hash of the password with which this operator may sign in now. Where passwords are switched off it is that of a
 * reset on the machine, for a day: the way in when the issuer of single sign-on is down or set up wrongly.
 */
export function countingPassword(
  account: ActiveOperator | undefined,
  { passwords }: Pick<Settings, 'passwords'>,
  now: Date,
): string | undefined {
  const counts = passwords || (account?.resetUntil ?? now) > now;
  return counts ? (account?.passwordHash ?? undefined) : undefined;
}
