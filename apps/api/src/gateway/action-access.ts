import { Injectable } from '@nestjs/common';
import { findAction, findProvider, satisfies, type Action } from '@valetkey/providers';
import type { z } from 'zod';
import {
  Authorizations,
  ConnectionsService,
  requireTokenStorage,
  type SealedConnection,
} from '../connections/index.js';
import { ConnectorsService, type Connector } from '../connectors/index.js';
import { PoliciesService } from '../policies/index.js';
import { Problem } from '../platform/index.js';
import { UsersService } from '../users/index.js';
import type { ActionRequest, CheckedRequest } from './action-run.js';

/** Everything that must hold before a provider is called: the action, its input, the policy, a connection, its scopes. */
@Injectable()
export class ActionAccess {
  constructor(
    private readonly policies: PoliciesService,
    private readonly connectors: ConnectorsService,
    private readonly connections: ConnectionsService,
    private readonly authorizations: Authorizations,
    private readonly users: UsersService,
  ) {}

  /** @throws Problem 404 `unknown_action`, 400 `invalid_input`, 403 by policy */
  async check({ action: id, input, ...request }: ActionRequest): Promise<CheckedRequest> {
    const action = findAction(id);
    if (!action)
      throw new Problem(404, 'unknown_action', `There is no action "${id}"; GET /v1/actions lists them.`);
    const { principal, userId, trace } = request;
    const parsed = action.input.safeParse(input ?? {});
    // Who may not run it at all is told so, whatever the input.
    const context = parsed.success ? { input: parsed.data } : undefined;
    await this.policies.require({ principal, userId, action, context }, trace);
    if (!parsed.success) throw invalid(parsed.error);
    return { ...request, action, input: parsed.data };
  }

  /**
   * As `check`, for a request that is kept: its user becomes known.
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
    const connectors = await this.connectorsFor(request.action);
    const ids = connectors.map(({ id }) => id);
    const missingIn = ({ connectorId, scopes }: SealedConnection) => {
      const connector = connectors.find(({ id }) => id === connectorId);
      return connector ? satisfies(connector.preset, scopes, request.action.scopes) : [];
    };
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

  /** No connection works: the problem carries the link over which the user connects. */
  async authorizationRequired(request: CheckedRequest, connection?: SealedConnection): Promise<Problem> {
    const link = await this.link(request, connection);
    const why = connection ? 'no longer works' : 'is not there yet';
    return new Problem(
      403,
      'authorization_required',
      `The user's ${link.connector.displayName} connection ${why}. Send them to authorizationUri.`,
      {
        missingScopes: request.action.scopes,
        reason: connection?.reason,
        connectionId: connection?.id,
        ...link.members,
      },
    );
  }

  /** A scope is missing, by our books or by the provider's word. */
  async insufficientScope(
    request: CheckedRequest,
    missingScopes: readonly string[],
    connection: SealedConnection,
  ): Promise<Problem> {
    const link = await this.link(request, connection, missingScopes);
    return new Problem(
      403,
      'insufficient_scope',
      `${request.action.id} needs more than the user has granted. Send them to authorizationUri.`,
      {
        missingScopes,
        connectionId: connection.id,
        ...link.members,
      },
    );
  }

  private async link(
    request: CheckedRequest,
    connection: SealedConnection | undefined,
    scopes: readonly string[] = request.action.scopes,
  ) {
    const connectors = await this.connectorsFor(request.action);
    const connector =
      connectors.find(({ id }) => id === connection?.connectorId) ??
      connectors.find(({ options }) => options.storeTokens) ??
      connectors[0];
    // A link over it would prove an account and change nothing for the action.
    requireTokenStorage(connector);
    const { principal, userId, action, trace } = request;
    const record = await this.authorizations.link({
      userId,
      connector,
      scopes,
      connectionId: connection?.id,
      reasons: [action.title],
      agentId: principal.type === 'agent' ? principal.id : undefined,
      actor: principal,
      trace,
    });
    const members = {
      authorizationId: record.id,
      authorizationUri: record.authorizationUri,
      authorizationExpiresAt: record.expiresAt.toISOString(),
    };
    return { connector, members };
  }

  private connectorsFor({ provider: id }: Action): Promise<[Connector, ...Connector[]]> {
    const provider = findProvider(id);
    if (!provider) throw new Error(`unknown provider ${id}`);
    return this.connectors.requireForProvider(provider);
  }
}

function invalid(error: z.ZodError): Problem {
  const errors = error.issues.map(({ path, message }) => ({ path: ['input', ...path].join('.'), message }));
  return new Problem(
    400,
    'invalid_input',
    `${errors[0]?.path ?? 'input'}: ${errors[0]?.message ?? 'is not valid'}`,
    { errors },
  );
}
