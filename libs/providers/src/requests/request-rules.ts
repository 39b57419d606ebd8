import type { Effect } from '../core/action.js';
import type { Folded } from './json-members.js';
import { Routes, type RouteTable } from './route-table.js';
import type { SentRequest } from './sent-request.js';

/** What query and body make of a request whose route alone does not tell. */
export interface Verdict {
  readonly effect?: Effect;
  /** Names of our actions that do the same, where the body tells. */
  readonly actions?: readonly string[];
  /** Addresses that get mail. */
  readonly recipients?: readonly string[];
}

/** What is said of one route beyond the table. */
export interface RequestRule {
  /** Names of our actions that send this request: `messages.send`. */
  readonly actions?: readonly string[];
  /**
   * Looks at query and body. Without it the table's effect holds for every body, and the body is not read.
   * @throws UnreadableRequest: the request asks for a person's approval
   */
  readonly judge?: (sent: SentRequest) => Verdict | undefined;
}

/** By `METHOD /path/{parameter}`, as the table has it. */
export type RequestRulesByRoute = Readonly<Record<string, RequestRule>>;

/** How requests are judged that come past our actions. */
export interface RequestRules {
  readonly routes: Routes;
  readonly rules: RequestRulesByRoute;
  /** Looks at the query of every write, for a parameter that makes any of them destructive. */
  readonly judge?: (sent: SentRequest) => Verdict | undefined;
  /** A `GET` may act here: none is let through that is not in the table. */
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

/** Anything but a clear no: providers take `"true"` and `1` for `true`. */
export const isOn: Condition = (value) => value !== false && value !== null && value !== 'false';

export const isOff: Condition = (value) => value !== true && value !== null && value !== 'true';

/** Present, and not taken away. */
export const isGiven: Condition = (value) =>
  value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

export const isNull: Condition = (value) => value === null;

/** One of these words, in whatever case; what is no word counts as one of them. Unions of Dropbox carry theirs as `.tag`. */
export const isWord =
  (...words: readonly string[]): Condition =>
  (value) => {
    if (value === null) return false;
    const word = value instanceof Map ? (value as ReadonlyMap<string, Folded>).get('tag') : value;
    return typeof word !== 'string' || words.includes(word.trim().toLowerCase());
  };

/** Destructive when one of these places holds what its condition says. */
export const destructiveWhen =
  (conditions: Readonly<Record<string, Condition>>): ((sent: SentRequest) => Verdict | undefined) =>
  (sent) =>
    Object.entries(conditions).some(([place, condition]) => sent.values(place).some(condition))
      ? DESTRUCTIVE
      : undefined;

/** Destructive when the body has a member that is none of these. */
export const destructiveBeyond = (
  ...names: readonly string[]
): ((sent: SentRequest) => Verdict | undefined) => {
  const known = new Set(names.map((name) => name.toLowerCase().replaceAll('_', '')));
  return (sent) => (sent.hasQuery || sent.names().some((name) => !known.has(name)) ? DESTRUCTIVE : undefined);
};
