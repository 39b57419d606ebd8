import { Injectable } from '@nestjs/common';
import { Denials } from '../audit/index.js';
import { Clock, type Problem, type RequestTrace } from '../platform/index.js';
import {
  decide,
  forAnother,
  type ApprovalNeed,
  type PolicyDecision,
  type PolicyQuestion,
  type Refusal,
} from './policy.js';
import { PoliciesRepository } from './policies.repository.js';
import { RuleSet } from './rule-set.js';
import { PolicyVocabulary } from './vocabulary.js';

/** How old the rules may be in a process that did not change them. */
const CACHE_MS = 2_000;

/** Asks the policy before anything runs; a refusal is recorded. */
@Injectable()
export class PoliciesService {
  private cached: { readonly at: number; readonly rules: Promise<RuleSet | undefined> } | undefined;

  constructor(
    private readonly repository: PoliciesRepository,
    private readonly denials: Denials,
    private readonly clock: Clock,
    private readonly vocabulary: PolicyVocabulary,
  ) {}

  /** @throws Problem 403 `policy_denied`, `approval_required` or `other_user` */
  async require(question: PolicyQuestion, trace?: RequestTrace): Promise<void> {
    const decision = await this.decide(question);
    if (!decision.allowed) throw await this.refusal(question, decision, trace);
  }

  /**
   * As `require`, for callers that can wait for a person.
   * @returns the approval without which it is refused
   * @throws Problem 403 `policy_denied` or `other_user`
   */
  async requireOrApproval(question: PolicyQuestion, trace?: RequestTrace): Promise<ApprovalNeed | undefined> {
    const decision = await this.decide(question);
    if (decision.allowed) return undefined;
    if (decision.approval) return decision.approval;
    throw await this.refusal(question, decision, trace);
  }

  private async refusal(
    { principal, userId, action }: PolicyQuestion,
    decision: Refusal,
    trace: RequestTrace | undefined,
  ): Promise<Problem> {
    await this.denials.record({
      actor: principal,
      userId,
      agentId: principal.type === 'agent' ? principal.id : undefined,
      action: action.id,
      ...trace,
      detail: { code: decision.problem.code, policies: decision.policies },
    });
    return decision.problem;
  }

  /**
   * The decision alone, without a record: for lists of what could be called and for trying rules out. Rules first; the
   * built-in policy where none applies.
   */
  async decide(question: PolicyQuestion): Promise<PolicyDecision> {
    const refused = forAnother(question);
    if (refused) return refused;
    const rules = await this.rules();
    if (!rules) return decide(question);
    const { action } = question;
    const sameAs = this.vocabulary.withGroups(action.sameAs ?? []);
    return rules.decide({ ...question, action: { ...action, sameAs } }) ?? decide(question);
  }

  /** Whether operators have written any rule that is in force. */
  async hasRules(): Promise<boolean> {
    return (await this.rules()) !== undefined;
  }

  /** Makes this process see a change at once; others see it within two seconds. */
  changed(): void {
    this.cached = undefined;
  }

  private rules(): Promise<RuleSet | undefined> {
    const now = this.clock.now();
    if (!this.cached || now - this.cached.at > CACHE_MS || now >= this.nextEnd) {
      const rules = this.load(this.cached?.rules);
      this.cached = { at: now, rules };
      rules.catch(() => (this.cached = undefined));
    }
    return this.cached.rules;
  }

  private loaded = '';
  /** When the first of the rules that are in force ends, by the clock: none stays a moment longer. */
  private nextEnd = Infinity;

  /** Parses only what has changed; rules that cannot be read or parsed let nothing pass. */
  private async load(before: Promise<RuleSet | undefined> | undefined): Promise<RuleSet | undefined> {
    const stored = await this.repository.inForce(this.clock.date());
    this.nextEnd = Math.min(...stored.map(({ validUntil }) => validUntil?.getTime() ?? Infinity));
    const state = JSON.stringify(stored.map(({ id, name, text }) => [id, name, text]));
    if (before && state === this.loaded) return before;
    this.loaded = state;
    return stored.length === 0 ? undefined : RuleSet.parse(stored);
  }
}
