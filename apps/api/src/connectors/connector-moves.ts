import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/index.js';
import { UnsealError } from '../vault/index.js';
import { clientAudience } from './connector-audience.js';
import type { Connector } from './connector.js';
import { ConnectorDependents } from './connector-dependents.js';
import { ConnectorSecrets } from './connector-secrets.js';
import type { StoredConnector } from './connectors.repository.js';

/** Connectors that are pointed elsewhere: what was given at one place goes to no other. */
@Injectable()
export class ConnectorMoves {
  constructor(
    private readonly secrets: ConnectorSecrets,
    private readonly dependents: ConnectorDependents,
  ) {}

  /** Takes what is held of a connector out of use, if `after` points elsewhere. @returns whether it does */
  async follow(tx: Transaction, before: StoredConnector, after: Connector): Promise<boolean> {
    if (!isMoved(before, after)) return false;
    await this.dependents.move(tx, before, await this.secretOf(before));
    return true;
  }

  /** A secret that does not open is of no use anywhere. */
  private async secretOf(before: StoredConnector): Promise<string | undefined> {
    try {
      return await this.secrets.open(before);
    } catch (error) {
      if (error instanceof UnsealError) return undefined;
      throw error;
    }
  }
}

/** Whether an endpoint has another origin, so that a secret would go to another place. */
export function isMoved(before: Connector, after: Connector): boolean {
  return clientAudience(before) !== clientAudience(after);
}
