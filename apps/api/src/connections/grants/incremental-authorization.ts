import { Injectable } from '@nestjs/common';
import { satisfies } from '@valetkey/providers';
import type { Connector } from '../../connectors/index.js';
import { Clock } from '../../platform/index.js';
import type { Connection } from '../connection.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { GrantsRepository } from './grants.repository.js';

const MOST_ACCOUNTS = 50;

export interface RequestedUpgrade {
  readonly userId: string;
  readonly connector: Connector;
  readonly scopes: readonly string[];
  /** The connection that is to be upgraded or revived. */
  readonly connectionId?: string | undefined;
  /** Another account is to be connected, even if there is a connection already. */
  readonly newAccount?: boolean | undefined;
}

export interface Upgrade {
  /** The connection that will be upgraded, as far as that is known before the user has chosen an account. */
  readonly existing?: Connection | undefined;
  /** The scopes to request. */
  readonly scopes: readonly string[];
}

/**
 * Decides which scopes an authorization requests: only the missing ones where the provider adds them up, and the union
 * of all where it does not. A server that was told to add them up and returned fewer is not trusted with that again.
 */
@Injectable()
export class IncrementalAuthorization {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly grants: GrantsRepository,
    private readonly clock: Clock,
  ) {}

  /** @param baseScopes requested by every authorization of this connector */
  async plan(requested: RequestedUpgrade, baseScopes: readonly string[]): Promise<Upgrade> {
    const { preset } = requested.connector;
    const { existing, kept } = await this.kept(requested);
    const held = kept.flatMap(({ scopes }) => scopes);
    const missing = satisfies(preset, held, requested.scopes);
    const onlyNew = missing.length > 0 ? missing : requested.scopes;
    const isUnion = await this.isOurs(requested.connector, kept);
    return {
      existing,
      scopes: [...new Set([...baseScopes, ...(isUnion ? [...held, ...missing] : onlyNew)])],
    };
  }

  /** The connections whose scopes must not be lost. */
  private async kept({ userId, connector, connectionId, newAccount }: RequestedUpgrade) {
    if (connectionId !== undefined) {
      const existing = await this.connections.findConnection(connectionId);
      return { existing, kept: existing?.tokens ? [existing] : [] };
    }
    if (newAccount) return { kept: [] };
    const filter = { userId, connectorIds: [connector.id] };
    const found = await this.connections.newest(filter, this.clock.date(), undefined, MOST_ACCOUNTS);
    const alive = found.filter(({ tokens }) => tokens !== undefined);
    if (alive.length < 2) return { existing: alive[0], kept: alive };
    // The account that the user will choose is unknown: connections that have lost scopes before are requested in full.
    const lost = await Promise.all(alive.map(({ id }) => this.grants.lacksIncrementalScopes(id)));
    return { kept: alive.filter((_, index) => lost[index]) };
  }

  /** A provider adds up only grants that are alive there; after a revocation all scopes must be requested again. */
  private async isOurs({ preset }: Connector, kept: readonly Connection[]): Promise<boolean> {
    if (preset.grantBehaviour === 'union_by_us' || kept.some((connection) => !isAlive(connection)))
      return true;
    const lost = await Promise.all(kept.map(({ id }) => this.grants.lacksIncrementalScopes(id)));
    return lost.includes(true);
  }
}

/** The grant is alive at the provider, as far as we know. */
function isAlive({ reason }: Connection): boolean {
  return reason === undefined || reason === 'refresh_failing' || reason === 'scope_missing';
}

/**
 * Held scopes that a response omits although they were not requested. A requested scope that was not granted is the
 * user's decision; one that the provider should have added is its failure, and the earlier grant still stands.
 */
export function droppedScopes(
  { preset }: Connector,
  held: readonly string[],
  answer: { readonly granted: readonly string[]; readonly sent: readonly string[] },
): string[] {
  const ourOwn = new Set([...preset.baseScopes, ...preset.offlineScopes]);
  const lost = satisfies(
    preset,
    answer.granted,
    held.filter((scope) => !ourOwn.has(scope)),
  );
  return satisfies(preset, answer.sent, lost);
}
