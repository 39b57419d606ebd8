import type { PolicyJson, ValidationError } from '@cedar-policy/cedar-wasm/nodejs';
import { closest, distance } from 'fastest-levenshtein';
import { APPROVERS_NEEDED, describe, loadCedar, REQUIRES_APPROVAL } from './cedar.js';
import { cedarSchema } from './cedar-schema.js';
import { RuleSet } from './rule-set.js';
import { miscounted } from './usage/rule-counters.js';
import type { PolicyVocabulary } from './vocabulary.js';

/** The largest edit distance at which a name is suggested for an unknown one. */
const NEAR = 4;

/** The engine recurses as deep as a rule does, and after a stack overflow it answers nothing any more. */
const MOST_LEVELS = 30;
const MOST_OPERATORS = 400;
/** A name is compared with every other to find the nearest. */
const LONGEST_TEXT = 1_000;

/** Strings and comments: brackets in them do not nest, and neither starts inside the other. */
const TEXTS = /\/\/[^\n\r]*|"(?:[^"\\]|\\(?:.|$))*(?:"|$)/gs;

/** The limit that a rule exceeds, judged before the engine sees it. */
function excessOf(text: string): string | undefined {
  const texts = text.match(TEXTS) ?? [];
  const bare = text.replaceAll(TEXTS, ' ');
  if (texts.some((one) => one.startsWith('"') && one.length > LONGEST_TEXT))
    return `may hold texts of ${LONGEST_TEXT} characters at most`;
  let depth = 0;
  let operators = 0;
  for (const [token] of bare.matchAll(/[([{}\])]|\|\||&&|[-+*!.]|\b(?:if|when|unless)\b/g)) {
    if ('}])'.includes(token)) depth -= 1;
    else operators += 1;
    if ('([{'.includes(token)) depth += 1;
    if (depth > MOST_LEVELS) return `may be nested ${MOST_LEVELS} levels deep at most`;
  }
  return operators > MOST_OPERATORS
    ? `may have ${MOST_OPERATORS} operators and brackets at most; use lists, or several rules`
    : undefined;
}

/**
 * The fault of a rule's text; `undefined` when it can be used. A rule with an unknown name would be stored and never
 * hold, so it is refused with the nearest known name.
 */
export async function faultOf(text: string, vocabulary: PolicyVocabulary): Promise<string | undefined> {
  const excess = excessOf(text);
  if (excess !== undefined) return excess;
  const cedar = await loadCedar();
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') return parts.errors.map(describe).join('; ');
  if (parts.policy_templates.length > 0) return 'templates with ?principal or ?resource are not supported';
  if (parts.policies.length !== 1) return `must hold exactly one policy, not ${parts.policies.length}`;
  const json = cedar.policyToJson(text);
  if (json.type === 'failure') return json.errors.map(describe).join('; ');
  const schema = cedarSchema(vocabulary.actions);
  const found = cedar.validate({ schema, policies: { staticPolicies: { rule: text } } });
  if (found.type === 'failure') throw new Error(`policy schema: ${found.errors.map(describe).join('; ')}`);
  const names = Object.keys(schema['']?.actions ?? {});
  const faults = found.validationErrors.map((error) => told(error, names));
  const empty = found.validationWarnings.filter(({ error }) =>
    /unable to find|impossible/.test(error.message),
  );
  return (
    faults[0] ??
    (empty.length > 0 ? 'no request can be what this rule is about: it would never hold' : undefined) ??
    miscounted(json.json) ??
    wrongAnnotation(json.json) ??
    upperCase(json.json, vocabulary.caselessIn(namedIn(json.json))) ??
    (await unusable(text))
  );
}

/** A valid rule may still exceed the engine's limits; beside such a rule no other would be evaluated. */
async function unusable(text: string): Promise<string | undefined> {
  try {
    await RuleSet.parse([{ name: 'rule', text }], 'checked');
    return undefined;
  } catch (error) {
    return `is more than can be decided by (${(error as Error).message}); use lists, or several rules`;
  }
}

function told({ error }: ValidationError, names: readonly string[]): string {
  const [, name] = /unrecognized action `Action::"(.*)"`/.exec(error.message) ?? [];
  if (name === undefined) return describe(error);
  return `there is no action or group "${name}"; did you mean Action::"${closest(name, names)}"?`;
}

function wrongAnnotation({ annotations = {} }: PolicyJson): string | undefined {
  const known = [REQUIRES_APPROVAL, APPROVERS_NEEDED];
  for (const name of Object.keys(annotations).filter((one) => !known.includes(one))) {
    const meant = known.find((one) => distance(name.toLowerCase(), one) <= NEAR);
    if (meant !== undefined) return `there is no annotation @${name}; did you mean @${meant}?`;
  }
  const needed = annotations[APPROVERS_NEEDED];
  if (needed === undefined) return undefined;
  if (!(REQUIRES_APPROVAL in annotations))
    return `@${APPROVERS_NEEDED} says how many people agree, so it needs @${REQUIRES_APPROVAL} beside it`;
  if (needed === '2' && annotations[REQUIRES_APPROVAL] === 'user')
    return `a user is one person: @${APPROVERS_NEEDED}("2") does not go with @${REQUIRES_APPROVAL}("user")`;
  return ['1', '2'].includes(needed ?? '') ? undefined : `@${APPROVERS_NEEDED} must be "1" or "2"`;
}

/** A text with upper case that a rule compares with a value that is always in lower case. */
function upperCase({ conditions }: PolicyJson, caseless: readonly string[]): string | undefined {
  const wrong = comparisons(conditions).find(
    ({ member, texts }) => isCaseless(member, caseless) && texts.some((text) => text !== text.toLowerCase()),
  );
  if (!wrong) return undefined;
  const text = wrong.texts.find((one) => one !== one.toLowerCase()) ?? '';
  return `rules see ${wrong.member} in lower case; write "${text.toLowerCase()}" for "${text}"`;
}

/** The actions and groups that a rule names. */
function namedIn({ action }: PolicyJson): string[] {
  if (action.op === 'All' || 'slot' in action) return [];
  const uids = 'entity' in action ? [action.entity] : action.entities;
  return uids.map((uid) => ('id' in uid ? uid.id : uid.__entity.id));
}

function isCaseless(member: string, names: readonly string[]): boolean {
  const [, name = ''] = /^context\.input\.(?:.*\.)?(\w+)$/.exec(member) ?? [];
  return /^context\.recipient/.test(member) || names.includes(name);
}

interface Comparison {
  /** From `context` on: `context.input.owner`. */
  readonly member: string;
  readonly texts: readonly string[];
}

/** The comparisons of a rule's members with values. */
function comparisons(expression: unknown): Comparison[] {
  if (typeof expression !== 'object' || expression === null) return [];
  const within = Object.values(expression).flatMap(comparisons);
  const { left, right, pattern } = expression as Readonly<Record<'left' | 'right' | 'pattern', unknown>>;
  const sides = [left, right, pattern].filter((side) => side !== undefined);
  const members = sides.flatMap(memberOf);
  const texts = sides.flatMap(textsIn);
  return [...within, ...members.map((member) => ({ member, texts }))];
}

function memberOf(expression: unknown): string[] {
  const { Var, '.': access } = (expression ?? {}) as { Var?: string; '.'?: { left: unknown; attr: string } };
  if (Var !== undefined) return [Var];
  return access ? memberOf(access.left).map((left) => `${left}.${access.attr}`) : [];
}

function textsIn(expression: unknown): string[] {
  if (typeof expression !== 'object' || expression === null) return [];
  return Object.entries(expression).flatMap(([name, value]) =>
    typeof value === 'string' && (name === 'Value' || name === 'Literal') ? [value] : textsIn(value),
  );
}
