import { channel } from 'node:diagnostics_channel';

/** The flows that crash specs interrupt. */
export type FailurePoint = `${'audit' | 'connect' | 'refresh' | 'revoke' | 'rewrap'}.${string}`;

const reached = channel('valetkey.failure_point');

/**
 * Marks a step after which a crash must lose nothing. It does nothing in production: only code that a spec loads into
 * the process can listen, and no setting loads any.
 */
export function failurePoint(name: FailurePoint): void {
  if (reached.hasSubscribers) reached.publish(name);
}
