import { Injectable } from '@nestjs/common';
import { findProvider, satisfies, type Action, type Provider } from '@valetkey/providers';
import { ConnectionsService, type SealedConnection } from '../connections/index.js';
import { ConnectorsService, type Connector } from '../connectors/index.js';
import { PoliciesService, type Principal } from '../policies/index.js';
import { Problem } from '../platform/index.js';

/** Whether a run would work now, and if not, whose move it is: the user's, or an operator's. */
export const READINESS = ['callable', 'needs_authorization', 'not_allowed'] as const;

export interface Readiness {
  readonly readiness: (typeof READINESS)[number];
  /** The code of the problem that a run would answer as things are. */
  readonly reason?: string;
  /** Connections with which a run would work; a run must name one of several. */
  readonly connectionIds?: readonly string[];
}

/** The connections of one user at the connectors that serve a provider, or why there can be none. */
type Access =
  { readonly refusal: string } | { readonly connections: readonly Held[]; readonly dead: boolean };

interface Held {
  readonly connection: SealedConnection;
  readonly connector: Connector;
}

/** Says beforehand what a run would answer. It records nothing and makes no links. */
@Injectable()
export class ActionReadiness {
  constructor(
    private readonly policies: PoliciesService,
    private readonly connectors: ConnectorsService,
    private readonly connections: ConnectionsService,
  ) {}

  /** The judge for one caller and user; it looks up the connections of a provider once. */
  of(principal: Principal, userId: string): (action: Action) => Promise<Readiness> {
    const known = new Map<string, Promise<Access>>();
    return async (action) => {
      const decision = await this.policies.decide({ principal, userId, action });
      if (!decision.allowed) return { readiness: 'not_allowed', reason: decision.problem.code };
      const access = known.get(action.provider) ?? this.access(action.provider, userId);
      known.set(action.provider, access);
      return judged(action, await access);
    };
  }

  private async access(providerId: string, userId: string): Promise<Access> {
    const provider = findProvider(providerId);
    if (!provider) throw new Error(`unknown provider ${providerId}`);
    const connectors = await this.serving(provider);
    if (!Array.isArray(connectors)) return connectors;
    const { usable, stored } = await this.connections.candidates(
      userId,
      connectors.map(({ id }) => id),
    );
    if (stored.length === 0 && !connectors.some(({ options }) => options.storeTokens))
      return { refusal: 'token_storage_disabled' };
    const held = (usable.length > 0 ? usable : stored).flatMap((connection) => {
      const connector = connectors.find(({ id }) => id === connection.connectorId);
      return connector ? [{ connection, connector }] : [];
    });
    return { connections: held, dead: usable.length === 0 };
  }

  private async serving(provider: Provider): Promise<Connector[] | { refusal: string }> {
    try {
      return await this.connectors.requireForProvider(provider);
    } catch (error) {
      if (error instanceof Problem) return { refusal: error.code };
      throw error;
    }
  }
}

function judged(action: Action, access: Access): Readiness {
  if ('refusal' in access) return { readiness: 'not_allowed', reason: access.refusal };
  if (access.dead) return { readiness: 'needs_authorization', reason: 'authorization_required' };
  const fitting = access.connections.filter(
    ({ connector, connection }) => satisfies(connector.preset, connection.scopes, action.scopes).length === 0,
  );
  if (fitting.length === 0) return { readiness: 'needs_authorization', reason: 'insufficient_scope' };
  return {
    readiness: 'callable',
    ...(fitting.length > 1 ? { reason: 'ambiguous_connection' } : {}),
    connectionIds: fitting.map(({ connection }) => connection.id),
  };
}
