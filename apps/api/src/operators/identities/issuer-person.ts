import type { OperatorRole } from '../../platform/index.js';

/** A person as the issuer of single sign-on has just named them, in words that were verified. */
export interface IssuerPerson {
  readonly issuer: string;
  /** The name of the person at the issuer, for good: an e-mail address can pass to somebody else. */
  readonly subject: string;
  /** Left out where the issuer does not say that it is theirs. */
  readonly verifiedEmail: string | undefined;
  /** The role that their claims give them here; none: they have no business here. */
  readonly role: OperatorRole | undefined;
  /** Whether the issuer says that it has asked for a second factor (RFC 8176, `mfa`). */
  readonly hasFactor: boolean;
  /** When they last proved to the issuer who they are, where it says so. */
  readonly authenticatedAt: Date | undefined;
}

/** The reasons for which a person who comes from the issuer is not let in. */
export const SSO_REFUSALS = [
  'over',
  'denied',
  'bad_answer',
  'unavailable',
  'no_role',
  'unverified_email',
  'account_exists',
  'disabled',
  'last_owner',
  'other_person',
  'not_asked_again',
] as const;
export type SsoRefusalReason = (typeof SSO_REFUSALS)[number];

/** A person who comes from the issuer is not let in. */
export class SsoRefusal extends Error {
  override readonly name = 'SsoRefusal';

  constructor(
    readonly reason: SsoRefusalReason,
    /** The operator that they would be. */
    readonly operatorId?: string,
  ) {
    super(`single sign-on refused: ${reason}`);
  }
}
