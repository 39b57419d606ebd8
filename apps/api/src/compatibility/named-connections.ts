import { Injectable } from '@nestjs/common';
import { ConnectionsService, type SealedConnection } from '../connections/index.js';
import { notFound, type CallerOf, type RequestTrace, type Verb } from '../platform/index.js';
import { PoliciesService, verbAction } from '../policies/index.js';
import { Integrations, type Integration } from './integrations.js';

/** A connection with the integration under which it was asked for. */
export interface NamedConnection {
  readonly integration: Integration;
  readonly connection: SealedConnection;
}

/** Ended by us: where other products delete, we keep the history. */
export function isDeleted({ tokens, reason }: SealedConnection): boolean {
  return !tokens && reason === 'disconnected';
}

/** Finds connections that callers name by integration and id. */
@Injectable()
export class NamedConnections {
  constructor(
    private readonly integrations: Integrations,
    private readonly connections: ConnectionsService,
    private readonly policies: PoliciesService,
  ) {}

  /** @throws Problem 400 without a key; 404 `not_found`, also for a connection of another integration */
  async findNamed(key: string | undefined, id: string): Promise<NamedConnection> {
    const integration = await this.integrations.require(key);
    const connection = await this.connections.getConnection(id);
    const isOfIt = integration.connectors.some((one) => one.id === connection.connectorId);
    if (!isOfIt || isDeleted(connection)) throw notFound('connection');
    return { integration, connection };
  }

  /** As `findNamed`, once the policy lets the agent do this to it. @throws Problem 403 by policy */
  async require(
    named: { readonly key: string | undefined; readonly id: string },
    verb: Verb,
    caller: CallerOf<'agent'>,
    trace: RequestTrace,
  ): Promise<NamedConnection> {
    const found = await this.findNamed(named.key, named.id);
    const { id: connectionId, userId, target } = found.connection;
    const principal = { type: 'agent', id: caller.id } as const;
    const context = { connectionId, target };
    await this.policies.require({ principal, userId, action: verbAction(verb), context }, trace);
    return found;
  }
}
