import type {
  AuthorizationError,
  CedarValueJson,
  PolicyJson,
  Response,
} from '@cedar-policy/cedar-wasm/nodejs';
import { Problem, sha256 } from '../platform/index.js';
import { APPROVERS_NEEDED, describe, loadCedar, REQUIRES_APPROVAL, type Cedar } from './cedar.js';
import type { ApprovalNeed, PolicyDecision, PolicyQuestion } from './policy.js';
import { countersIn, type Counter, type Used } from './usage/rule-counters.js';

/** A rule as it is stored. */
export interface Rule {
  readonly name: string;
  /** One policy in the Cedar language (https://docs.cedarpolicy.com). */
  readonly text: string;
}

/** A rule that asks for a person's approval. */
interface ApprovalRule {
  readonly fingerprint: string;
  /** The value of its annotation. */
  readonly approver: string;
  /** How many different people have to agree. */
  readonly needed: number;
}

/** A rule that looks at how often something was done. */
interface CountingRule {
  readonly id: string;
  readonly counters: readonly Counter[];
  readonly principal: PolicyJson['principal'];
}

/** Rules, parsed once. */
export class RuleSet {
  private static count = 0;

  private constructor(
    private readonly cedar: Cedar,
    private readonly id: string,
    private readonly names: ReadonlyMap<string, string>,
    private readonly approvals: ReadonlyMap<string, ApprovalRule>,
    private readonly counting: readonly CountingRule[],
    private readonly permitting: ReadonlySet<string>,
  ) {}

  /**
   * @param id the engine caches the parsed rules under this
   * @throws Error when a stored rule does not parse: nothing is decided without it
   */
  static async parse(rules: readonly Rule[], id = `rules-${++RuleSet.count}`): Promise<RuleSet> {
    const cedar = await loadCedar();
    const parsed = rules.map(({ text }, index) => {
      const { type, ...answer } = cedar.policyToJson(text);
      if ('json' in answer) return { name: `rule${index}`, text, json: answer.json };
      throw new Error(`stored policies: ${type}: ${answer.errors.map(describe).join('; ')}`);
    });
    const keep = (set: string, wanted: (rule: PolicyJson) => boolean, as = withWhatIsIn) => {
      const chosen = parsed.filter(({ json }) => wanted(json));
      const staticPolicies = Object.fromEntries(chosen.map(({ name, json }) => [name, as(json)]));
      const kept = cedar.preparsePolicySet(`${id}-${set}`, { staticPolicies });
      if (kept.type === 'failure')
        throw new Error(`stored policies: ${kept.errors.map(describe).join('; ')}`);
    };
    keep('forbid', ({ effect }) => effect === 'forbid');
    keep('permit', ({ effect }) => effect === 'permit');
    keep('general', (rule) => rule.effect === 'forbid' && isGeneral(rule));
    keep('open', looksAtCall, withoutConditions);
    keep(
      'openForAny',
      (rule) => looksAtCall(rule) || !isGeneral(rule) || rule.effect === 'permit',
      forAnybody,
    );
    const approvals = parsed.flatMap(({ name, text, json: { annotations = {} } }) => {
      if (!(REQUIRES_APPROVAL in annotations)) return [];
      const fingerprint = sha256(text).toString('base64url');
      const approver = annotations[REQUIRES_APPROVAL] ?? '';
      const needed = annotations[APPROVERS_NEEDED] === '2' ? 2 : 1;
      return [[name, { fingerprint, approver, needed }] as const];
    });
    const names = new Map(rules.map(({ name }, index) => [`rule${index}`, name]));
    const counting = parsed
      .map(({ name, json }) => ({ id: name, counters: countersIn(json), principal: json.principal }))
      .filter(({ counters }) => counters.length > 0);
    const permitting = parsed.filter(({ json }) => json.effect === 'permit').map(({ name }) => name);
    return new RuleSet(cedar, id, names, new Map(approvals), counting, new Set(permitting));
  }

  /** The counters that rules name and that this question's action adds to; none for callers whom no such rule is about. */
  countersOf({ principal, userId, action }: PolicyQuestion): Counter[] {
    if (this.counting.length === 0 || userId === undefined) return [];
    const { id, effect, provider, groups = [], sameAs = [] } = action;
    const names = new Set([id, effect, provider, ...groups, ...sameAs]);
    const found = this.counting.flatMap((rule) =>
      rule.counters.filter(
        ({ scope, name }) => names.has(name) && (scope === 'forUser' || isAbout(rule, principal)),
      ),
    );
    return [...new Map(found.map((counter) => [JSON.stringify(counter), counter])).values()];
  }

  /**
   * The decision of the rules; `undefined` when none applies. A rule that forbids wins over one that permits. A rule
   * that fails on this question refuses, since its decision is unknown.
   */
  decide(question: PolicyQuestion): PolicyDecision | undefined {
    const { userId, action } = question;
    const { groups = [], sameAs = [] } = action;
    const set = userId === undefined ? 'general' : 'forbid';
    const against = this.ask(question, set, [...groups, ...sameAs]);
    // A rule on an action may look at an input that a forwarded request does not have. No read is refused for that.
    const isRead = action.effect === 'read' && sameAs.length > 0 && against.errors.length > 0;
    const errors = isRead ? this.ask(question, set, groups).errors : against.errors;
    const refused = this.failed(question, errors) ?? this.refused(question, against.reason);
    if (refused || userId === undefined) return refused;
    const permits = this.ask(question, 'permit', groups);
    const failed = this.failed(question, permits.errors);
    if (failed || permits.reason.length === 0) return failed;
    return { allowed: true, policies: this.named(permits.reason) };
  }

  /** Names of the rules that can decide otherwise once the call is known, or the user where none is named. */
  open(question: PolicyQuestion): string[] {
    const { userId, action } = question;
    const { effect, groups = [], sameAs = [] } = action;
    const set = userId === undefined ? 'openForAny' : 'open';
    const { reason } = this.ask(question, set, [...groups, ...sameAs]);
    // Without a rule, all but the destructive is allowed anyway.
    return this.named(reason.filter((id) => effect === 'destructive' || !this.permitting.has(id)));
  }

  private ask(
    { principal, userId, action, context = {}, used }: PolicyQuestion,
    set: 'forbid' | 'permit' | 'general' | 'open' | 'openForAny',
    groups: readonly string[],
  ): Response['diagnostics'] {
    const uid = (type: string, id: string) => ({ type, id });
    const actionUid = uid('Action', action.id);
    const parents = [action.effect, ...(action.provider === undefined ? [] : [action.provider]), ...groups];
    const answer = this.cedar.statefulIsAuthorized({
      principal: uid(principal.type === 'agent' ? 'Agent' : 'User', principal.id),
      action: actionUid,
      resource: uid('User', userId ?? ''),
      context: toCedar({ ...context, ...this.counts(used) }) as Record<string, CedarValueJson>,
      preparsedPolicySetId: `${this.id}-${set}`,
      entities: [{ uid: actionUid, attrs: {}, parents: parents.map((group) => uid('Action', group)) }],
    });
    if (answer.type === 'failure') throw new Error(`policy: ${answer.errors.map(describe).join('; ')}`);
    return answer.response.diagnostics;
  }

  /** The counts in the shape in which rules see them; one that is not known is 0. */
  private counts(used: Used = {}): { readonly used?: object } {
    if (this.counting.length === 0) return {};
    const today: Record<string, Record<string, number>> = { byCaller: {}, forUser: {}, byCallerForUser: {} };
    for (const { scope, name } of this.counting.flatMap(({ counters }) => counters))
      today[scope] = { ...today[scope], [name]: used[scope]?.[name] ?? 0 };
    return { used: { today } };
  }

  private failed(
    { context }: PolicyQuestion,
    errors: readonly AuthorizationError[],
  ): PolicyDecision | undefined {
    // A list of possible calls has no input yet: rules that need one are evaluated at the call.
    if (errors.length === 0 || !context) return undefined;
    const policies = this.named(errors.map(({ policyId }) => policyId));
    const names = policies.join(', ');
    return { allowed: false, problem: new Problem('policy_denied.failed', { names, policies }), policies };
  }

  private refused({ action }: PolicyQuestion, reason: readonly string[]): PolicyDecision | undefined {
    if (reason.length === 0) return undefined;
    const policies = this.named(reason);
    const names = policies.join(', ');
    const asking = reason.map((id) => this.approvals.get(id)).filter((rule) => rule !== undefined);
    if (asking.length < reason.length)
      return { allowed: false, problem: new Problem('policy_denied', { names, policies }), policies };
    const problem = new Problem('approval_required.policy', { action: action.id, names, policies });
    const basis = asking.map(({ fingerprint }) => fingerprint).sort();
    const isCounted = this.counting.some(({ id }) => reason.includes(id));
    const needed = Math.max(...asking.map((rule) => rule.needed));
    const approvers = approversOf(asking, needed);
    const approval: ApprovalNeed = { basis, approvers, needed, problem, policies, isCounted };
    return { allowed: false, problem, approval, policies };
  }

  private named(ids: readonly string[]): string[] {
    return ids.map((id) => this.names.get(id) ?? id);
  }
}

/** Whether a rule can be about a caller. */
function isAbout({ principal: scope }: CountingRule, { type, id }: PolicyQuestion['principal']): boolean {
  const entity = type === 'agent' ? 'Agent' : 'User';
  if (scope.op === 'is') return scope.entity_type === entity;
  if (scope.op !== '==' || !('entity' in scope)) return true;
  const named = '__entity' in scope.entity ? scope.entity.__entity : scope.entity;
  return named.type === entity && named.id === id;
}

/**
 * The strictest of the rules: an operator where one wants an operator, else the user where one wants the user. The user
 * is one person, so operators decide where two have to.
 */
function approversOf(rules: readonly ApprovalRule[], needed: number): ApprovalNeed['approvers'] {
  const wanted = new Set(rules.map(({ approver }) => approver));
  if (wanted.has('operator') || (needed > 1 && wanted.has('user'))) return 'operator';
  return wanted.has('user') ? 'user' : 'any';
}

/** A rule that forbids an action forbids its equivalents: `==` becomes `in`, which holds for the action itself too. */
function withWhatIsIn(rule: PolicyJson): PolicyJson {
  const { action, effect } = rule;
  if (effect !== 'forbid' || action.op !== '==' || !('entity' in action)) return rule;
  return { ...rule, action: { op: 'in', entity: action.entity } };
}

/** The rules that do not look at the user: all that can be evaluated before one is named. */
function isGeneral({ resource, conditions }: PolicyJson): boolean {
  return resource.op === 'All' && !JSON.stringify(conditions).includes('{"Var":"resource"}');
}

function looksAtCall({ conditions }: PolicyJson): boolean {
  return JSON.stringify(conditions).includes('{"Var":"context"}');
}

/** A rule that says whether it is about a question at all, whatever it would decide. */
function withoutConditions(rule: PolicyJson): PolicyJson {
  return { ...withWhatIsIn(rule), effect: 'permit', conditions: [] };
}

function forAnybody(rule: PolicyJson): PolicyJson {
  return { ...withoutConditions(rule), resource: { op: 'All' } };
}

/** JSON as Cedar knows it: no null, whole numbers; and no member may pose as an entity or an extension. */
function toCedar(value: unknown): CedarValueJson | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(toCedar).filter((item) => item !== undefined);
  if (typeof value !== 'object') return undefined;
  const members = Object.entries(value)
    .filter(([name]) => !name.startsWith('__'))
    .map(([name, member]) => [name, toCedar(member)] as const)
    .filter(([, member]) => member !== undefined);
  return Object.fromEntries(members) as Record<string, CedarValueJson>;
}
