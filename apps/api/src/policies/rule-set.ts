import type { CedarValueJson, Diagnostics, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicyDecision, PolicyQuestion } from './policy.js';

/** A rule as it is stored. */
export interface Rule {
  readonly name: string;
  /** One policy in the Cedar language (https://docs.cedarpolicy.com). */
  readonly text: string;
}

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs');

/** The engine is some megabytes of WebAssembly: loaded when the first rule is there. */
async function loadCedar(): Promise<Cedar> {
  const loaded = await import('@cedar-policy/cedar-wasm/nodejs');
  return 'default' in loaded ? (loaded.default as Cedar) : loaded;
}

/** A `forbid` with this annotation asks for a person's approval where others refuse. */
const REQUIRES_APPROVAL = 'require_approval';

/**
 * @returns what is wrong with a rule's text, in the engine's words; `undefined` when it can be used
 */
export async function faultOf(text: string): Promise<string | undefined> {
  const cedar = await loadCedar();
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') return parts.errors.map(describe).join('; ');
  if (parts.policy_templates.length > 0) return 'templates with ?principal or ?resource are not supported';
  if (parts.policies.length !== 1) return `must hold exactly one policy, not ${parts.policies.length}`;
  return undefined;
}

function describe({
  message,
  sourceLocations = [],
}: {
  message: string;
  sourceLocations?: readonly { label: string | null; start: number }[];
}): string {
  const [place] = sourceLocations;
  return place ? `${message} at character ${place.start}${place.label ? ` (${place.label})` : ''}` : message;
}

/** Rules, parsed once. */
export class RuleSet {
  private static count = 0;

  private constructor(
    private readonly cedar: Cedar,
    private readonly id: string,
    private readonly names: ReadonlyMap<string, string>,
    private readonly approvals: ReadonlySet<string>,
  ) {}

  /** @throws Error when a stored rule does not parse: nothing is decided without it */
  static async parse(rules: readonly Rule[]): Promise<RuleSet> {
    const cedar = await loadCedar();
    const id = `rules-${++RuleSet.count}`;
    const staticPolicies = Object.fromEntries(rules.map(({ text }, index) => [`rule${index}`, text]));
    const parsed = cedar.preparsePolicySet(id, { staticPolicies });
    if (parsed.type === 'failure')
      throw new Error(`stored policies: ${parsed.errors.map(describe).join('; ')}`);
    const approvals = new Set<string>();
    const general: Record<string, string> = {};
    for (const [index, { text }] of rules.entries()) {
      const json = cedar.policyToJson(text);
      if (json.type === 'failure') continue;
      if (REQUIRES_APPROVAL in (json.json.annotations ?? {})) approvals.add(`rule${index}`);
      if (isGeneral(json.json)) general[`rule${index}`] = text;
    }
    cedar.preparsePolicySet(generalId(id), { staticPolicies: general });
    const names = new Map(rules.map(({ name }, index) => [`rule${index}`, name]));
    return new RuleSet(cedar, id, names, approvals);
  }

  /**
   * What the rules say; `undefined` when none applies. A rule that forbids wins over one that permits. A rule that
   * fails on this question refuses: nobody knows what it would have said.
   */
  decide(question: PolicyQuestion): PolicyDecision | undefined {
    const { principal, userId, action, context = {} } = question;
    const uid = (type: string, id: string) => ({ type, id });
    const actionUid = uid('Action', action.id);
    const answer = this.cedar.statefulIsAuthorized({
      principal: uid(principal.type === 'agent' ? 'Agent' : 'User', principal.id),
      action: actionUid,
      resource: uid('User', userId ?? ''),
      context: toCedar(context) as Record<string, CedarValueJson>,
      preparsedPolicySetId: userId === undefined ? generalId(this.id) : this.id,
      entities: [
        { uid: actionUid, attrs: {}, parents: groupsOf(action).map((group) => uid('Action', group)) },
      ],
    });
    if (answer.type === 'failure') throw new Error(`policy: ${answer.errors.map(describe).join('; ')}`);
    const { decision, diagnostics } = answer.response;
    return this.failed(question, diagnostics) ?? this.determined(question, decision, diagnostics.reason);
  }

  private failed({ context }: PolicyQuestion, { errors }: Diagnostics): PolicyDecision | undefined {
    // In a list of what could be called there is no input yet: what needs it is decided when it is there.
    if (errors.length === 0 || !context) return undefined;
    const policies = errors.map(({ policyId }) => this.names.get(policyId) ?? policyId);
    const detail = `A policy cannot judge this request: ${policies.join(', ')}. An operator has to correct it.`;
    return { allowed: false, code: 'policy_denied', detail, policies };
  }

  private determined(
    { action }: PolicyQuestion,
    decision: 'allow' | 'deny',
    reason: readonly string[],
  ): PolicyDecision | undefined {
    if (reason.length === 0) return undefined;
    const policies = reason.map((id) => this.names.get(id) ?? id);
    if (decision === 'allow') return { allowed: true, policies };
    const names = policies.join(', ');
    if (reason.every((id) => this.approvals.has(id)))
      return {
        allowed: false,
        code: 'approval_required',
        detail: `${action.id} needs a person's approval by policy: ${names}.`,
        policies,
      };
    return { allowed: false, code: 'policy_denied', detail: `Refused by policy: ${names}.`, policies };
  }
}

/** The rules that look at no user: all that can be said before one is named. */
function isGeneral({ resource, conditions }: PolicyJson): boolean {
  return resource.op === 'All' && !JSON.stringify(conditions).includes('{"Var":"resource"}');
}

function generalId(id: string): string {
  return `${id}-general`;
}

/** The groups that an action is in: its effect, its provider, and what else it counts as. */
function groupsOf({ effect, provider, groups = [] }: PolicyQuestion['action']): string[] {
  return [effect, ...(provider === undefined ? [] : [provider]), ...groups];
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
