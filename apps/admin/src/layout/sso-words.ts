/** Why somebody who came from the issuer was not let in; the address names one of these, and brings no text. */
const refusals: Record<string, string> = {
  over: 'This sign-in took too long, was used already or began in another browser. Try again.',
  denied: 'The issuer did not let you sign in.',
  bad_answer: 'The answer of the issuer could not be trusted. Try again; if it stays so, tell an owner.',
  unavailable: 'The issuer does not answer right now. Try again in a moment.',
  no_role: 'Your account at the issuer has no role here. Ask whoever looks after its groups.',
  unverified_email: 'The issuer does not confirm that your email address is yours.',
  account_exists:
    'There is an operator with your email address already. An owner can let it be linked, on the page of that operator.',
  disabled: 'Your account is disabled here. Ask an owner.',
  last_owner:
    'You are the last owner here, and the issuer no longer makes you one. Give another person that role at the issuer, or use npm run operators on the machine.',
  other_person: 'Somebody else has signed in at the issuer.',
  not_asked_again: 'The issuer did not ask who you are. Sign out there, and try again.',
};

export const refusalWords = (reason: string): string =>
  Object.hasOwn(refusals, reason) ? (refusals[reason] ?? '') : 'Signing in did not work. Try again.';
