import type { Effect } from '../core/action.js';
import type { Folded } from './json-members.js';
import { Routes, type RouteTable } from './route-table.js';
import type { SentRequest } from './sent-request.js';

/** The judgement of query and body, for a request whose route alone does not decide. */
export interface Verdict {
  readonly effect?: Effect;
  /** Names of our actions that do the same, where the body decides. */
  readonly actions?: readonly string[];
  /** Addresses that get mail. */
  readonly recipients?: readonly string[];
}

/** A rule for one route, in addition to the table. */
export interface RequestRule {
  /** Names of our actions that send this request: `messages.send`. */
  readonly actions?: readonly string[];
  /**
   * Judges query and body. Without it the table's effect holds for every body, and the body is not read.
   * @throws UnreadableRequest: the request needs a person's approval
   */
  readonly judge?: (sent: SentRequest) => Verdict | undefined;
}

/** By `METHOD /path/{parameter}`, as the table has it. */
export type RequestRulesByRoute = Readonly<Record<string, RequestRule>>;

/** How forwarded requests are judged. */
export interface RequestRules {
  readonly routes: Routes;
  readonly rules: RequestRulesByRoute;
  /** Judges the query of every write, for a parameter that makes any of them destructive. */
  readonly judge?: (sent: SentRequest) => Verdict | undefined;
  /** A `GET` may have effects here: only those in the table are forwarded. */
  readonly isGetActing?: boolean;
}

export function requestRules(
  table: RouteTable,
  rules: RequestRulesByRoute,
  more: Pick<RequestRules, 'judge' | 'isGetActing'> = {},
): RequestRules {
  return { routes: new Routes(table), rules, ...more };
}

export type Condition = (value: Folded) => boolean;

const DESTRUCTIVE: Verdict = { effect: 'destructive' };

/** Anything but a clear false: providers accept `"true"` and `1` for `true`. */
export const isOn: Condition = (value) => value !== false && value !== null && value !== 'false';

export const isOff: Condition = (value) => value !== true && value !== null && value !== 'true';

/** Present, and not null or empty. */
export const isGiven: Condition = (value) =>
  value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

export const isNull: Condition = (value) => value === null;

/**
 * One of these words, in any case; a value that is not a string counts as one of them. Unions of Dropbox have theirs in
 * `.tag`.
 */
export const isWord =
  (...words: readonly string[]): Condition =>
  (value) => {
    if (value === null) return false;
    const word = value instanceof Map ? (value as ReadonlyMap<string, Folded>).get('tag') : value;
    return typeof word !== 'string' || words.includes(word.trim().toLowerCase());
  };

/** Destructive when the value at one of these places meets its condition. */
export const destructiveWhen =
  (conditions: Readonly<Record<string, Condition>>): ((sent: SentRequest) => Verdict | undefined) =>
  (sent) =>
    Object.entries(conditions).some(([place, condition]) => sent.values(place).some(condition))
      ? DESTRUCTIVE
      : undefined;

/** Destructive when the body has any other member than these. */
export const destructiveBeyond = (
  ...names: readonly string[]
): ((sent: SentRequest) => Verdict | undefined) => {
  const known = new Set(names.map((name) => name.toLowerCase().replaceAll('_', '')));
  return (sent) => (sent.hasQuery || sent.names().some((name) => !known.has(name)) ? DESTRUCTIVE : undefined);
};
