import { Injectable } from '@nestjs/common';
import { Denials } from '../audit/index.js';
import { Clock, KeyedMutex, Problem, type RequestTrace } from '../platform/index.js';
import {
  decide,
  forAnother,
  type ApprovalNeed,
  type PolicyDecision,
  type PolicyOutlook,
  type PolicyQuestion,
  type Refusal,
} from './policy.js';
import { PoliciesRepository } from './policies.repository.js';
import { RuleSet } from './rule-set.js';
import { PolicyUsage } from './usage/policy-usage.js';
import { PolicyVocabulary } from './vocabulary.js';

/** How often a call is judged again because others were counted meanwhile. */
const COUNT_TRIES = 50;
const LONGEST_TURN_MS = 5_000;

/** A run that is about to be sent. */
interface Counting {
  readonly effectId: string;
  /** Whether a person has agreed to what is asked. */
  readonly covers: (need: ApprovalNeed) => boolean;
}

/** How old the rules may be in a process that did not change them. */
const CACHE_MS = 2_000;

/** Asks the policy before anything runs; a refusal is recorded. */
@Injectable()
export class PoliciesService {
  private readonly inTurn = new KeyedMutex(LONGEST_TURN_MS);
  private cached: { readonly at: number; readonly rules: Promise<RuleSet | undefined> } | undefined;

  constructor(
    private readonly repository: PoliciesRepository,
    private readonly denials: Denials,
    private readonly clock: Clock,
    private readonly vocabulary: PolicyVocabulary,
    private readonly usage: PolicyUsage,
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
    const whole = this.withGroups(question);
    const counters = question.context && !question.used ? rules.countersOf(whole) : [];
    const used =
      counters.length > 0 ? (await this.usage.read(whole, counters)).used : (question.used ?? undefined);
    return rules.decide({ ...whole, used }) ?? decide(question);
  }

  /**
   * The decision as far as it can be seen before there is a call, with the names of the rules that look at the call, or at
   * the user where none is named: they may decide otherwise then. A refusal that no such rule makes is final.
   */
  async outlook(question: Omit<PolicyQuestion, 'context'>): Promise<PolicyOutlook> {
    const decision = await this.decide(question);
    const open = (await this.rules())?.open(this.withGroups(question)) ?? [];
    const isFinal =
      !decision.allowed && !decision.approval && decision.policies.some((name) => !open.includes(name));
    return { decision, mayDiffer: isFinal ? [] : open };
  }

  /**
   * Counts a run right before it is sent, where a rule asks how often its like was done today. It is counted only with the
   * counts that the decision was made by: of many at once, as many go as the rules let.
   * @returns the approval without which it may not be sent: it is not counted
   * @throws Problem 403 `policy_denied`; 503 `unavailable` when the counts keep changing
   */
  async count(
    question: PolicyQuestion,
    { effectId, covers }: Counting,
    trace?: RequestTrace,
  ): Promise<ApprovalNeed | undefined> {
    const { type, id } = question.principal;
    const counted = { ...this.withGroups(question), effectId };
    if (((await this.rules())?.countersOf(counted) ?? []).length === 0) return undefined;
    return this.inTurn.take(`${type} ${id}`, async () => {
      for (let tries = 0; tries < COUNT_TRIES; tries++) {
        const rules = await this.rules();
        const counters = rules?.countersOf(counted) ?? [];
        if (!rules || counters.length === 0) return undefined;
        const usage = await this.usage.read(counted, counters);
        const decision = rules.decide({ ...counted, used: usage.used }) ?? decide(question);
        if (!decision.allowed) {
          if (!decision.approval) throw await this.refusal(question, decision, trace);
          if (!covers(decision.approval)) return decision.approval;
        }
        if (await this.usage.count(effectId, usage)) return undefined;
      }
      throw new Problem('unavailable.changing', {}, { 'retry-after': '1' });
    });
  }

  private withGroups(question: PolicyQuestion): PolicyQuestion {
    const { action } = question;
    return {
      ...question,
      action: { ...action, sameAs: this.vocabulary.withGroups(action.sameAs ?? []) },
    };
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
