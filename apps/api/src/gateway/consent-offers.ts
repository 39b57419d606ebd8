import { Injectable } from '@nestjs/common';
import { findAction, findProvider, toolName, type Action } from '@valetkey/providers';
import { invalidInput, Problem, shortened } from '../platform/index.js';
import { PoliciesService, verbAction } from '../policies/index.js';
import { ActionAccess } from './action-access.js';
import type { ActionRequest } from './action-run.js';

/** The consent that tools of one provider need before they can run. */
export interface ConsentOffer {
  readonly provider: string;
  readonly displayName: string;
  readonly tools: readonly string[];
  /** The problem with the link; `undefined` where nothing is missing. */
  readonly problem: Problem | undefined;
}

type Asking = Pick<ActionRequest, 'principal' | 'userId' | 'connectionId' | 'trace'>;

/** Problems that the user solves over a link. */
const CONSENT_CODES: readonly string[] = ['authorization_required', 'insufficient_scope'];

/** Asks for the consent that several tools need, before they are called: one link for each provider. */
@Injectable()
export class ConsentOffers {
  constructor(
    private readonly access: ActionAccess,
    private readonly policies: PoliciesService,
  ) {}

  /**
   * A link is made only for what the caller may do.
   * @param tools names of tools
   * @throws Problem 400 for a tool that does not exist; 403 by policy; and as an action's checks do
   */
  async of(asking: Asking, tools: readonly string[]): Promise<ConsentOffer[]> {
    const actions = new Set(tools.map(requireAction));
    await this.requireAllowed(asking, actions);
    const offers: ConsentOffer[] = [];
    for (const [provider, those] of Map.groupBy(actions, (action) => action.provider))
      offers.push({
        provider,
        displayName: findProvider(provider)?.displayName ?? provider,
        tools: those.map(toolName),
        problem: await this.missing(asking, those as [Action, ...Action[]]),
      });
    return offers;
  }

  private async requireAllowed({ principal, userId, trace }: Asking, actions: Iterable<Action>) {
    const question = { principal, userId };
    if (principal.type === 'agent')
      await this.policies.require(
        { ...question, action: verbAction('authorization.create'), context: {} },
        trace,
      );
    for (const action of actions) await this.policies.requireOrApproval({ ...question, action }, trace);
  }

  private async missing(
    asking: Asking,
    actions: readonly [Action, ...Action[]],
  ): Promise<Problem | undefined> {
    try {
      await this.access.resolveAll(asking, actions);
      return undefined;
    } catch (error) {
      if (error instanceof Problem && CONSENT_CODES.includes(error.code)) return error;
      throw error;
    }
  }
}

function requireAction(name: string): Action {
  const action = findAction(name);
  if (action) return action;
  throw invalidInput(`tools: there is no tool ${shortened(name)}`);
}
