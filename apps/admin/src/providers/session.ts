import type { Session } from '../api-types';

/**
 * The signed-in operator and the CSRF token, in memory only: the credential itself is an HttpOnly cookie
 * that no script can read, and the token is asked for again after a reload.
 */
let current: Session | undefined;

export const currentSession = (): Session | undefined => current;

export const keepSession = (session: Session): void => {
  current = session;
};

/** The second factor that was required is set up. */
export const keepEnrolled = (): void => {
  if (current) current = { ...current, mustEnrol: false };
};

export const forgetSession = (): void => {
  current = undefined;
};

/** Some things are for owners only; the API enforces it, the screens follow. */
export const isOwner = (): boolean => current?.operator.role === 'owner';

/** Auditors read everything and change nothing; the API enforces it, the screens follow. */
export const mayWrite = (): boolean => current !== undefined && current.operator.role !== 'auditor';
