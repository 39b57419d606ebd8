import type { ProviderAccount } from './connector-preset.js';

type Members = Readonly<Record<string, unknown>>;

const SUBJECTS = ['sub', 'id', 'user_id', 'account_id', 'uid', 'open_id', 'userId', 'accountId'];
const NAMES = ['name', 'display_name', 'displayName', 'full_name', 'preferred_username', 'username', 'login'];
const EMAILS = ['email', 'mail', 'email_address', 'emailAddress', 'emails', 'userPrincipalName'];
/** Members in which servers wrap the account; searched when there is no subject outside of them. */
const WRAPPERS = ['data', 'user', 'account', 'profile', 'result', 'response', 'viewer', 'me', 'authed_user'];
const DEEPEST = 3;
/** OpenID Connect Core 1.0, section 8: a subject has no more. */
const LONGEST_ID = 255;
const LONGEST_TEXT = 320;

/**
 * The subject by the names that servers use for it, the standard's first; `undefined` when there is none. A malformed
 * name or e-mail is read as far as possible, and never prevents the account from being recognized.
 */
export function standardAccount(json: unknown): ProviderAccount | undefined {
  return accountIn(json, DEEPEST);
}

function accountIn(json: unknown, deepest: number): ProviderAccount | undefined {
  const members = membersOf(Array.isArray(json) && json.length === 1 ? json[0] : json);
  if (!members) return undefined;
  const id = first(SUBJECTS, members, idOf);
  if (id !== undefined) return { id, ...describedBy(members) };
  if (deepest === 0) return undefined;
  return first(WRAPPERS, members, (inner) => accountIn(inner, deepest - 1));
}

/** A name and an address among these members, by the names that servers use for them. */
export function describedBy(json: unknown): Pick<ProviderAccount, 'name' | 'email'> {
  const members = membersOf(json) ?? {};
  const name = first(NAMES, members, nameOf);
  const email = first(EMAILS, members, emailOf);
  return { ...(name ? { name } : {}), ...(email ? { email } : {}) };
}

function first<T>(
  names: readonly string[],
  members: Members,
  read: (value: unknown) => T | undefined,
): T | undefined {
  for (const name of names) {
    const value = Object.hasOwn(members, name) ? read(members[name]) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A number that lost digits in parsing is no id, nor is text that no server uses as one. */
export function idOf(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  const isId = typeof value === 'string' && value.length <= LONGEST_ID && value.trim() !== '';
  return isId && value.isWellFormed() && !hasControls(value) ? value : undefined;
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** Text that can be shown and stored, whatever was in it. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return Array.from(text).slice(0, LONGEST_TEXT).join('') || undefined;
}

/** Text, or parts of a name; of several the first. */
export function nameOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(nameOf).find((one) => one !== undefined);
  const parts = membersOf(value);
  if (!parts) return textOf(value);
  const whole = first(['formatted', 'display_name', 'displayName', 'full_name', 'value'], parts, textOf);
  if (whole !== undefined) return whole;
  const given = first(
    ['given_name', 'givenName', 'first_name', 'firstName', 'first', 'given'],
    parts,
    textOf,
  );
  const family = first(
    ['family_name', 'familyName', 'last_name', 'lastName', 'last', 'family'],
    parts,
    textOf,
  );
  return [given, family].filter(Boolean).join(' ') || undefined;
}

/** Text with an `@`; of several the primary one, else the first. */
export function emailOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const primary = value.find((one) => membersOf(one)?.['primary'] === true);
    return [primary, ...value].map(emailOf).find((one) => one !== undefined);
  }
  const parts = membersOf(value);
  if (parts) return first(['email', 'value', 'address'], parts, textOf);
  return textOf(value)?.includes('@') ? textOf(value) : undefined;
}

function membersOf(value: unknown): Members | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Members)
    : undefined;
}
