import { Injectable } from '@nestjs/common';
import {
  findAction,
  findProvider,
  parseInput,
  satisfies,
  type Action,
  type ActionCall,
  type Provider,
} from '@valetkey/providers';
import type { z } from 'zod';
import { ConnectionsService, type SealedConnection, type SoughtConnection } from '../connections/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { PoliciesService } from '../policies/index.js';
import { inputProblem, Problem } from '../platform/index.js';
import { UsersService } from '../users/index.js';
import type { ActionRequest, CheckedRequest } from './action-run.js';
import { actionSubject } from './policy-names.js';
import { ConsentLinks, type Consent } from './consent-links.js';

/** The checks before a provider is called: the action, its input, the policy, a connection, its scopes. */
@Injectable()
export class ActionAccess {
  constructor(
    private readonly policies: PoliciesService,
    private readonly connectors: ConnectorsService,
    private readonly connections: ConnectionsService,
    private readonly consent: ConsentLinks,
    private readonly users: UsersService,
  ) {}

  /** @throws Problem 404 `unknown_action`, 400 `invalid_input`, 403 by policy */
  async check({ action: id, input, ...request }: ActionRequest): Promise<CheckedRequest> {
    const action = findAction(id);
    if (!action) throw new Problem('unknown_action', { action: id.slice(0, 100) });
    const { principal, userId, trace } = request;
    const parsed = parseInput(action, input ?? {});
    // A caller who may not run the action at all is refused whatever the input is. Where only the provider knows the
    // recipients, the policy decides finally right before the run.
    const subject =
      parsed.success && !action.findRecipients ? actionSubject(action, parsed.data) : { action };
    await this.policies.require({ principal, userId, ...subject }, trace);
    if (!parsed.success) throw invalid(parsed.error);
    return { ...request, action, input: parsed.data };
  }

  /**
   * The final decision on a run whose recipients only the provider knows.
   * @throws Problem 403 by policy
   */
  async checkRecipients(
    { principal, userId, action, trace }: CheckedRequest,
    call: ActionCall<unknown>,
  ): Promise<void> {
    if (!action.findRecipients || !(await this.policies.hasRules())) return;
    const subject = actionSubject(action, call.input, await action.findRecipients(call));
    await this.policies.require({ principal, userId, ...subject }, trace);
  }

  /**
   * As `check`, for a request that is stored: its user becomes known.
   * @throws Problem as `check`, and 404 for a connection that is not this user's
   */
  async checkToKeep(request: ActionRequest): Promise<CheckedRequest> {
    const checked = await this.check(request);
    if (request.connectionId !== undefined) await this.connections.get(request.connectionId, request.userId);
    await this.users.ensure(request.userId);
    return checked;
  }

  /**
   * The connection to use: of several, the one that has the scopes.
   * @throws Problem 403 `authorization_required` or `insufficient_scope`, each with the link that fixes it;
   *   403 `connector_disabled`; 409 `ambiguous_connection`; 422 `connector_missing` or `token_storage_disabled`
   */
  async connection(request: CheckedRequest): Promise<SealedConnection> {
    const { ids, missingIn } = await this.wanted(request.action);
    const connection = await this.connections.choose(
      request.userId,
      ids,
      request.connectionId,
      (one) => missingIn(one).length === 0,
    );
    if (!connection?.tokens) throw await this.authorizationRequired(request, connection);
    const missing = missingIn(connection);
    if (missing.length > 0) throw await this.insufficientScope(request, missing, connection);
    return connection;
  }

  /** As `connection`, to be used; from memory, if that will do. @throws Problem 403 `connector_disabled`, 422 `connector_missing` */
  async seek(request: CheckedRequest): Promise<SoughtConnection> {
    const { ids, missingIn } = await this.wanted(request.action);
    const known = this.connections.recallChoice(request.userId, ids, request.connectionId);
    const fits = known !== undefined && missingIn(known).length === 0;
    return this.connections.sought(fits ? known : undefined, () => this.connection(request));
  }

  /** No connection works: the problem carries the link over which the user connects. */
  authorizationRequired(request: CheckedRequest, connection?: SealedConnection): Promise<Problem> {
    return this.consent.authorizationRequired(consentFor(request, connection));
  }

  /** A scope is missing, by our books or by the provider's word. */
  insufficientScope(
    request: CheckedRequest,
    missingScopes: readonly string[],
    connection: SealedConnection,
  ): Promise<Problem> {
    return this.consent.insufficientScope(consentFor(request, connection, missingScopes), request.action.id);
  }

  /** The connectors that serve an action, and the scopes that a connection still lacks for it. */
  private async wanted(action: Action) {
    const connectors = await this.connectors.requireForProvider(providerOf(action));
    const missingIn = ({ connectorId, scopes }: SealedConnection) => {
      const connector = connectors.find(({ id }) => id === connectorId);
      return connector ? satisfies(connector.preset, scopes, action.scopes) : [];
    };
    return { ids: connectors.map(({ id }) => id), missingIn };
  }
}

function consentFor(
  request: CheckedRequest,
  connection: SealedConnection | undefined,
  scopes = request.action.scopes,
): Consent {
  const { action } = request;
  return { provider: providerOf(action), request, connection, scopes, reasons: [action.title] };
}

function providerOf({ provider: id }: Action): Provider {
  const provider = findProvider(id);
  if (!provider) throw new Error(`unknown provider ${id}`);
  return provider;
}

function invalid({ issues }: z.ZodError): Problem {
  return inputProblem(issues.map(({ path, message }) => ({ path: ['input', ...path].join('.'), message })));
}
