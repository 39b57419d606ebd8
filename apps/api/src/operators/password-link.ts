import type { Settings } from '../config/index.js';
import { randomSecret } from '../platform/index.js';

/** How long an invitation, or a link that resets a password, is good. */
export const LINK_MS = 24 * 60 * 60_000;

/** A link to the page on which an operator sets a password. */
export interface PasswordLink {
  readonly url: string;
  readonly until: Date;
}

/**
 * A new link and its secret, which is in the fragment: a browser sends that to no server, and writes it into no
 * `Referer`.
 */
export function newLink(publicUrl: string, now: number): { token: string; link: PasswordLink } {
  const token = randomSecret();
  return { token, link: { url: `${publicUrl}/#/set-password/${token}`, until: new Date(now + LINK_MS) } };
}

/** The same for an invitation; where passwords are switched off, it is accepted by signing in at the issuer. */
export function newInvitation(
  { publicUrl, passwords }: Pick<Settings, 'publicUrl' | 'passwords'>,
  now: number,
): ReturnType<typeof newLink> {
  const { token, link } = newLink(publicUrl, now);
  return { token, link: passwords ? link : { ...link, url: `${publicUrl}/#/login` } };
}
