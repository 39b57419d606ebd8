import type {
  AuthorizationError,
  CedarValueJson,
  PolicyJson,
  Response,
} from '@cedar-policy/cedar-wasm/nodejs';
import { Problem, sha256 } from '../platform/index.js';
import { describe, loadCedar, REQUIRES_APPROVAL, type Cedar } from './cedar.js';
import type { ApprovalNeed, PolicyDecision, PolicyQuestion } from './policy.js';

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
}

/** Rules, parsed once. */
export class RuleSet {
  private static count = 0;

  private constructor(
    private readonly cedar: Cedar,
    private readonly id: string,
    private readonly names: ReadonlyMap<string, string>,
    private readonly approvals: ReadonlyMap<string, ApprovalRule>,
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
    const keep = (set: string, wanted: (rule: PolicyJson) => boolean) => {
      const chosen = parsed.filter(({ json }) => wanted(json));
      const staticPolicies = Object.fromEntries(chosen.map(({ name, json }) => [name, withWhatIsIn(json)]));
      const kept = cedar.preparsePolicySet(`${id}-${set}`, { staticPolicies });
      if (kept.type === 'failure')
        throw new Error(`stored policies: ${kept.errors.map(describe).join('; ')}`);
    };
    keep('forbid', ({ effect }) => effect === 'forbid');
    keep('permit', ({ effect }) => effect === 'permit');
    keep('general', (rule) => rule.effect === 'forbid' && isGeneral(rule));
    const approvals = parsed.flatMap(({ name, text, json: { annotations = {} } }) => {
      if (!(REQUIRES_APPROVAL in annotations)) return [];
      const fingerprint = sha256(text).toString('base64url');
      return [[name, { fingerprint, approver: annotations[REQUIRES_APPROVAL] ?? '' }] as const];
    });
    const names = new Map(rules.map(({ name }, index) => [`rule${index}`, name]));
    return new RuleSet(cedar, id, names, new Map(approvals));
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

  private ask(
    { principal, userId, action, context = {} }: PolicyQuestion,
    set: 'forbid' | 'permit' | 'general',
    groups: readonly string[],
  ): Response['diagnostics'] {
    const uid = (type: string, id: string) => ({ type, id });
    const actionUid = uid('Action', action.id);
    const parents = [action.effect, ...(action.provider === undefined ? [] : [action.provider]), ...groups];
    const answer = this.cedar.statefulIsAuthorized({
      principal: uid(principal.type === 'agent' ? 'Agent' : 'User', principal.id),
      action: actionUid,
      resource: uid('User', userId ?? ''),
      context: toCedar(context) as Record<string, CedarValueJson>,
      preparsedPolicySetId: `${this.id}-${set}`,
      entities: [{ uid: actionUid, attrs: {}, parents: parents.map((group) => uid('Action', group)) }],
    });
    if (answer.type === 'failure') throw new Error(`policy: ${answer.errors.map(describe).join('; ')}`);
    return answer.response.diagnostics;
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
    const approval: ApprovalNeed = { basis, approvers: approversOf(asking), problem, policies };
    return { allowed: false, problem, approval, policies };
  }

  private named(ids: readonly string[]): string[] {
    return ids.map((id) => this.names.get(id) ?? id);
  }
}

/** The strictest of the rules: an operator where one wants an operator, else the user where one wants the user. */
function approversOf(rules: readonly ApprovalRule[]): ApprovalNeed['approvers'] {
  const wanted = new Set(rules.map(({ approver }) => approver));
  return wanted.has('operator') ? 'operator' : wanted.has('user') ? 'user' : 'any';
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
