import type { ProviderAccount } from './connector-preset.js';
import { describedBy, emailOf, idOf, nameOf } from './standard-account.js';

/**
 * Where userinfo describes the account, for servers whose answers fit no guess: member names with dots between them
 * (`data.id`, `emails[0].value`), or a JSON Pointer (RFC 6901) where a name itself holds a dot.
 */
export interface AccountPaths {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

const MOST_STEPS = 10;
const MOST_MEMBERS_SAID = 10;

/** Whether this text is a path. */
export function isAccountPath(path: string): boolean {
  const steps = stepsOf(path);
  const isOdd = (step: string) => step === '' || (!path.startsWith('/') && /[\s[\]$]/.test(step));
  return steps.length <= MOST_STEPS && !steps.some(isOdd);
}

/**
 * The account in an answer, by its paths, and by what a preset makes of the answer where there are none.
 * @returns what is wrong with the answer, for the one who sets up the connector, when no account can be known by it
 */
export function accountIn(
  json: unknown,
  paths: AccountPaths,
  map: (json: unknown) => ProviderAccount | undefined,
): { readonly account: ProviderAccount } | { readonly fault: string } {
  const found = paths.id === undefined ? map(json) : accountAt(json, paths.id);
  if (typeof found === 'string') return { fault: found };
  const id = idOf(found?.id);
  if (!found || id === undefined)
    return { fault: `userinfo (${membersSaid(json)}) names no account by a member that is known` };
  // Presets that know their server hand on what it says; here it is made fit to be stored.
  const name = nameOf(paths.name === undefined ? found.name : valueAt(json, paths.name));
  const email = paths.email === undefined ? nameOf(found.email) : emailOf(valueAt(json, paths.email));
  return { account: { id, ...(name ? { name } : {}), ...(email ? { email } : {}) } };
}

/** The id at this path, with a name and an address as they stand beside it. */
function accountAt(json: unknown, path: string): ProviderAccount | string {
  const value = valueAt(json, path);
  const id = idOf(value);
  if (id === undefined)
    return `userinfo (${membersSaid(json)}) has ${whatIs(value)} at "${path}", and no account id`;
  return { id, ...describedBy(walk(json, stepsOf(path).slice(0, -1))) };
}

/** The value at a path; `undefined` when nothing is there. */
export function valueAt(json: unknown, path: string): unknown {
  return walk(json, stepsOf(path));
}

function walk(json: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return /^\d+$/.test(step) ? (value as unknown[])[Number(step)] : undefined;
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    return (value as Readonly<Record<string, unknown>>)[step];
  }, json);
}

function stepsOf(path: string): string[] {
  if (path.startsWith('/'))
    return path
      .slice(1)
      .split('/')
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return path.replace(/\[(\d+)\]/g, '.$1').split('.');
}

function whatIs(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return 'a number that is not exact';
  if (typeof value === 'string')
    return value.trim() === '' ? 'an empty text' : 'a text that no account is called by';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Names, never values. */
function membersSaid(json: unknown): string {
  if (typeof json !== 'object' || json === null) return 'no object';
  const names = Object.keys(json).map((name) => name.replace(/[^\w.:/-]/g, '').slice(0, 40));
  if (names.length === 0) return 'without members';
  return `members ${names.slice(0, MOST_MEMBERS_SAID).join(', ')}${names.length > MOST_MEMBERS_SAID ? ', …' : ''}`;
}
