import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/index.js';
import { Clock, notFound, Problem, type Transaction } from '../platform/index.js';
import { requireOperators, type ChangedBy } from './connector-changes.js';
import { ConnectorDependents } from './connector-dependents.js';
import { ConnectorsRepository, type StoredConnector } from './connectors.repository.js';
import { ConnectorsService } from './connectors.service.js';

/** Whether the tokens of a disabled connector stay in the vault, unused, or are revoked and deleted. */
export type TokensFate = 'keep' | 'drop';

/** Disables, enables and deletes connectors for operators. */
@Injectable()
export class ConnectorTerminations {
  constructor(
    private readonly repository: ConnectorsRepository,
    private readonly connectors: ConnectorsService,
    private readonly dependents: ConnectorDependents,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Disables a connector. `drop` also disconnects all of its connections, in the background; a connector that was
   * disabled with `keep` can still be dropped.
   * @throws Problem 404
   */
  async disable(id: string, tokens: TokensFate, { actor, trace }: ChangedBy): Promise<void> {
    await this.change(id, async (tx, connector) => {
      const isDone = connector.disabledBy === 'operator' && (tokens === 'keep' || connector.dropping);
      if (isDone) return;
      const at = this.clock.date();
      await this.repository.put(tx, {
        ...connector,
        disabledAt: connector.disabledAt ?? at,
        disabledBy: 'operator',
        dropping: tokens === 'drop' ? { actor, at } : connector.dropping,
      });
      await this.audit.recordIn(tx, event(connector, { actor, trace }, { change: 'disabled', tokens }));
    });
    if (tokens === 'drop') await this.dependents.getDependent().drop(id);
  }

  /**
   * Enables the connector with the tokens that were kept. A drop that is under way is finished first.
   * @throws Problem 404, 409 `connector_not_configured`
   */
  async enable(id: string, by: ChangedBy): Promise<void> {
    if ((await this.connectors.current(id))?.dropping) await this.dependents.getDependent().finishDrop(id);
    await this.change(id, async (tx, connector) => {
      if (!connector.disabledAt) return;
      if (connector.disabledBy === 'configuration' && connector.source !== 'operator')
        throw new Problem('connector_not_configured', {
          origin: connector.source === 'file' ? 'connectors file' : 'demo',
          target: connector.target,
        });
      await this.repository.put(tx, { ...connector, disabledAt: undefined, disabledBy: undefined });
      await this.audit.recordIn(tx, event(connector, by, { change: 'enabled' }));
    });
  }

  /** Records that no connection is left to disconnect. */
  async dropped(id: string): Promise<void> {
    await this.change(id, async (tx, connector) => {
      if (connector.dropping) await this.repository.put(tx, { ...connector, dropping: undefined });
    });
  }

  /** @throws Problem 404, 409 `connector_read_only` or `connector_in_use` with what to do */
  async delete(id: string, by: ChangedBy): Promise<void> {
    await this.change(id, async (tx, connector) => {
      // A connector that the file or demo no longer names would not come back, so it may be deleted.
      if (connector.disabledBy !== 'configuration') requireOperators(connector);
      const obstacle = await this.dependents.getDependent().leave(tx, id);
      if (obstacle) throw obstacle;
      await this.repository.delete(tx, id);
      await this.audit.recordIn(tx, { ...event(connector, by, {}), type: 'connector.deleted' });
    });
  }

  private async change(
    id: string,
    work: (tx: Transaction, connector: StoredConnector) => Promise<void>,
  ): Promise<void> {
    await this.repository.inTransaction(async (tx) => {
      const connector = await this.repository.lock(tx, id);
      if (!connector) throw notFound('connector');
      await work(tx, connector);
    });
    this.connectors.forget();
  }
}

function event(
  { id, target }: StoredConnector,
  { actor, trace }: Pick<ChangedBy, 'actor' | 'trace'>,
  detail: object,
) {
  return {
    type: 'connector.configured' as const,
    outcome: 'succeeded' as const,
    actor,
    target,
    ...trace,
    detail: { connectorId: id, ...detail },
  };
}
