import { channel } from 'node:diagnostics_channel';

/** What a crash is tried in. */
export type FailurePoint = `${'connect' | 'refresh' | 'revoke' | 'rewrap'}.${string}`;

const reached = channel('valetkey.failure_point');

/**
 * Names a step after which a crash must lose nothing. It does nothing: only code that was loaded into the process
 * beside it can listen, and no setting loads any.
 */
export function failurePoint(name: FailurePoint): void {
  if (reached.hasSubscribers) reached.publish(name);
}
