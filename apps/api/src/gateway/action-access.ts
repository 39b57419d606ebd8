import { Injectable } from '@nestjs/common';
import {
  findAction,
  findProvider,
  holdersOf,
  parseInput,
  satisfies,
  type Action,
  type ActionCall,
  type Provider,
} from '@valetkey/providers';
import type { z } from 'zod';
import type { NewAuditEvent } from '../audit/index.js';
import {
  ConnectionsService,
  ConnectionUses,
  type SealedConnection,
  type UsedConnection,
} from '../connections/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { PoliciesService, type ApprovalNeed, type PolicyQuestion } from '../policies/index.js';
import { inputProblem, notFound, Problem } from '../platform/index.js';
import { UsersService } from '../users/index.js';
import { ApprovalNeeded, type ActionRequest, type CheckedRequest, type JudgedRun } from './action-run.js';
import { actionSubject } from './policy-names.js';
import { toolHeld } from './provider-problem.js';
import { OtherRuns } from './other-runs.js';
import { ConsentLinks, type Consent } from './consent-links.js';

/** The checks before a provider is called: the action, its input, the policy, a connection, its scopes. */
@Injectable()
export class ActionAccess {
  constructor(
    private readonly policies: PoliciesService,
    private readonly connectors: ConnectorsService,
    private readonly connections: ConnectionsService,
    private readonly uses: ConnectionUses,
    private readonly consent: ConsentLinks,
    private readonly users: UsersService,
    private readonly others: OtherRuns,
  ) {}

  /**
   * @throws Problem 404 `unknown_action`, 400 `invalid_input`, 403 by policy
   * @throws ApprovalNeeded unless the request has an approval that covers what the policy asks
   */
  async check(request: ActionRequest): Promise<CheckedRequest> {
    const { need, ...checked } = await this.judge(request);
    if (need) throw new ApprovalNeeded(checked, need);
    return checked;
  }

  private async judge(wanted: ActionRequest): Promise<JudgedRun> {
    if (wanted.isOther) return this.others.judge(wanted);
    const { action: id, input, ...request } = wanted;
    const action = requireAction(id);
    const { principal, userId, trace, effectId } = request;
    const parsed = parseInput(action, input ?? {});
    // A caller who may not run the action at all is refused whatever the input is. Where only the provider knows the
    // recipients, the policy decides finally right before the run.
    const subject =
      parsed.success && !action.findRecipients ? actionSubject(action, parsed.data) : { action };
    const asked = await this.policies.requireOrApproval({ principal, userId, effectId, ...subject }, trace);
    requireNotHeld(action);
    const need = asked && bound(action, asked);
    if (!parsed.success) throw invalid(parsed.error);
    const checked = { ...request, action, input: parsed.data };
    return need && !request.permit?.covers(need) ? { ...checked, need } : checked;
  }

  /**
   * The final decision on a run whose recipients only the provider knows.
   * @returns the question that the policy was asked
   * @throws Problem 403 by policy; ApprovalNeeded as `check`
   */
  async checkRecipients(request: CheckedRequest, call: ActionCall<unknown>): Promise<PolicyQuestion> {
    const { principal, userId, action, trace } = request;
    const { input, effectId } = call;
    const asked = { principal, userId, effectId };
    if (!action.findRecipients || !(await this.policies.hasRules()))
      return { ...asked, ...actionSubject(action, input) };
    const question = { ...asked, ...actionSubject(action, input, await action.findRecipients(call)) };
    const need = await this.policies.requireOrApproval(question, trace);
    if (need && !request.permit?.covers(need)) throw new ApprovalNeeded(request, need);
    return question;
  }

  /**
   * Counts a run that is about to be sent, for rules that ask how often.
   * @throws Problem 403 by policy; ApprovalNeeded as `check`, where others were counted meanwhile
   */
  async count(request: CheckedRequest, question: PolicyQuestion, effectId: string): Promise<void> {
    const { action, permit, trace } = request;
    const covers = (need: ApprovalNeed) => permit?.covers(bound(action, need)) ?? false;
    const need = await this.policies.count(question, { effectId, covers }, trace);
    if (need) throw new ApprovalNeeded(request, bound(action, need));
  }

  /**
   * As `check`, for a request that is stored: its user becomes known.
   * @returns with the approval that it needs before it runs
   * @throws Problem as `check`, and 404 for a connection that is not this user's
   */
  async checkToKeep(request: ActionRequest): Promise<JudgedRun> {
    const judged = await this.judge(request);
    await this.keep(judged);
    return judged;
  }

  /** Makes the user of a request that is stored known. @throws Problem 404 for a connection that is not this user's */
  async keep({ connectionId, userId }: CheckedRequest): Promise<void> {
    if (connectionId !== undefined) await this.connections.getConnection(connectionId, userId);
    await this.users.ensure(userId);
  }

  /** The connection that a run would use now. Records nothing. @throws Problem as `intend` */
  async resolve(request: CheckedRequest): Promise<SealedConnection> {
    const other = await this.others.connectionOf(request);
    if (other) return other;
    const { wanted, choose } = await this.choice(request, needsOf(request.action));
    return choose(await this.connections.found(wanted));
  }

  /**
   * The connection of these that a run of the action would use.
   * @throws Problem 404 when none of them is at the action's provider; 409 `ambiguous_connection`
   */
  async among(
    request: Omit<CheckedRequest, 'action' | 'input'>,
    actionId: string,
    ids: readonly string[],
  ): Promise<string> {
    const action = requireAction(actionId);
    const { wanted, preset } = await this.choice(request, needsOf(action));
    const found = (await this.connections.found(wanted)).filter(({ id }) => ids.includes(id));
    const fits = ({ scopes }: SealedConnection) => satisfies(preset, scopes, action.scopes).length === 0;
    const connection = await this.connections.chooseAmong(found, wanted, fits);
    if (!connection) throw notFound('connection');
    return connection.id;
  }

  /**
   * As `resolve`, for what all of these actions of one provider need together. The policy is not asked.
   * @throws Problem as `intend`: for want of consent with one link for all of them
   */
  async resolveAll(
    request: Omit<CheckedRequest, 'action' | 'input'>,
    actions: readonly [Action, ...Action[]],
  ): Promise<SealedConnection> {
    const { wanted, choose } = await this.choice(request, needsOf(...actions));
    return choose(await this.connections.found(wanted));
  }

  /**
   * Records the intent of a run with the connection to use: of several, the one that has the scopes.
   * @throws Problem 403 `authorization_required` or `insufficient_scope`, each with the link that fixes it;
   *   403 `connector_disabled`; 409 `ambiguous_connection`; 422 `connector_missing` or `token_storage_disabled`; 503
   *   `audit_unavailable`
   */
  async intend(request: CheckedRequest, event: NewAuditEvent): Promise<UsedConnection> {
    const { wanted, preset, choose } = await this.choice(request, needsOf(request.action));
    const use = { ...wanted, event, scopes: holdersOf(preset, request.action.scopes) };
    return this.uses.record(use, choose);
  }

  private async choice(request: Omit<CheckedRequest, 'action' | 'input'>, needs: Needs) {
    const { userId, connectionId } = request;
    const connectors = await this.connectors.requireForProvider(needs.provider);
    const wanted = { userId, connectionId, connectorIds: connectors.map(({ id }) => id) };
    const [{ preset }] = connectors;
    const missingIn = ({ scopes }: SealedConnection) => satisfies(preset, scopes, needs.scopes);
    const choose = async (found: readonly SealedConnection[]) => {
      const fits = (one: SealedConnection) => missingIn(one).length === 0;
      const connection = await this.connections.chooseAmong(found, wanted, fits);
      if (!connection?.tokens)
        throw await this.consent.authorizationRequired({ ...needs, request, connection });
      if (fits(connection)) return connection;
      const consent = { ...needs, request, connection, scopes: missingIn(connection) };
      throw await this.consent.insufficientScope(consent, needs.name);
    };
    return { wanted, preset, choose };
  }

  /** No connection works: the problem carries the link over which the user connects. */
  authorizationRequired(request: CheckedRequest, connection?: SealedConnection): Promise<Problem> {
    return this.consent.authorizationRequired({ ...needsOf(request.action), request, connection });
  }

  /** A scope is missing, by our books or by the provider's word. */
  insufficientScope(
    request: CheckedRequest,
    missingScopes: readonly string[],
    connection: SealedConnection,
  ): Promise<Problem> {
    const needs = needsOf(request.action);
    return this.consent.insufficientScope(
      { ...needs, request, connection, scopes: missingScopes },
      needs.name,
    );
  }
}

/** The approval that is needed for an action as it is now: one that has been changed since is another. */
function bound({ definition }: Action, need: ApprovalNeed): ApprovalNeed {
  return definition === undefined ? need : { ...need, basis: [...need.basis, `definition ${definition}`] };
}

/** @throws Problem 404 `unknown_action` */
function requireAction(id: string): Action {
  const action = findAction(id);
  if (action) return action;
  throw new Problem('unknown_action', { action: id.slice(0, 100) });
}

/** @throws Problem 409 `tool_held` before anybody is asked to agree to the call */
function requireNotHeld(action: Action): void {
  if (action.isHeld) throw toolHeld(action);
}

/** The rights without which actions of one provider cannot run. */
type Needs = Pick<Consent, 'provider' | 'scopes' | 'reasons'> & {
  /** Names the actions in a problem. */
  readonly name: string;
};

function needsOf(...actions: readonly [Action, ...Action[]]): Needs {
  return {
    provider: providerOf(actions[0]),
    scopes: [...new Set(actions.flatMap(({ scopes }) => scopes))],
    reasons: actions.map(({ title }) => title),
    name: actions.map(({ id }) => id).join(', '),
  };
}

function providerOf({ provider: id }: Action): Provider {
  const provider = findProvider(id);
  if (!provider) throw new Error(`unknown provider ${id}`);
  return provider;
}

function invalid({ issues }: z.ZodError): Problem {
  return inputProblem(issues.map(({ path, message }) => ({ path: ['input', ...path].join('.'), message })));
}
