import { setImmediate as turn } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  RoutePolicies,
  traceOf,
  type Ask,
  type AskedSubject,
  type CallerOf,
  type CallerRequest,
  type MayShow,
  type RoutePolicy,
  type Verb,
} from '../platform/index.js';
import { PoliciesService } from './policies.service.js';
import type { Principal } from './policy.js';
import { Subjects } from './subjects.js';
import { verbAction } from './vocabulary.js';

/** After this many decisions in a row, other requests get their turn. */
const IN_A_ROW = 20;

/** Asks the policy before a route serves an agent: which agent, which action, for which user. */
@Injectable()
export class AskAtRoutes implements RoutePolicy, OnModuleInit {
  constructor(
    private readonly policies: PoliciesService,
    private readonly subjects: Subjects,
    private readonly routes: RoutePolicies,
  ) {}

  onModuleInit(): void {
    this.routes.register(this);
  }

  /** @throws Problem 403 `policy_denied` or `approval_required` */
  async ask(ask: Ask, { type, id }: CallerOf<'agent'>, request: CallerRequest): Promise<MayShow | undefined> {
    if ('inHandlerBecause' in ask) return undefined;
    const question = { principal: { type, id }, action: verbAction(ask.verb) };
    const subject = await this.subject(ask.user, request);
    // The handler answers for a missing or unknown subject.
    if (subject === 'missing') return undefined;
    await this.policies.require({ context: {}, ...question, ...subject }, traceOf(request));
    if (ask.user !== 'query') return undefined;
    const asked = [subject.userId === undefined ? ask.verb : undefined, ask.each];
    return this.each(
      question.principal,
      asked.filter((verb) => verb !== undefined),
    );
  }

  private async subject(
    user: Exclude<Ask, { inHandlerBecause: string }>['user'],
    { params, query, body }: CallerRequest,
  ): Promise<AskedSubject | { readonly userId: undefined } | 'missing'> {
    if (user === 'nobody') return { userId: undefined };
    if (user === 'path' || user === 'query' || user === 'body') {
      const part = { path: params, query, body }[user] as { readonly userId?: unknown } | null | undefined;
      const userId = part?.userId;
      if (userId === undefined && user === 'query') return { userId };
      return typeof userId === 'string' ? { userId } : 'missing';
    }
    return (await this.subjects.findSubject(user, (params as { readonly id: string }).id)) ?? 'missing';
  }

  private async each(principal: Principal, verbs: readonly Verb[]): Promise<MayShow | undefined> {
    if (verbs.length === 0 || !(await this.policies.hasRules())) return undefined;
    const known = new Map<string, boolean>();
    return async (subject) => {
      const name = JSON.stringify([subject.userId, subject.context]);
      const answer = known.get(name) ?? (await this.areAllowed(principal, verbs, subject));
      known.set(name, answer);
      if (known.size % IN_A_ROW === 0) await turn();
      return answer;
    };
  }

  private async areAllowed(
    principal: Principal,
    verbs: readonly Verb[],
    { userId, context = {} }: AskedSubject,
  ): Promise<boolean> {
    for (const verb of verbs) {
      const question = { principal, userId, action: verbAction(verb), context };
      if (!(await this.policies.decide(question)).allowed) return false;
    }
    return true;
  }
}
