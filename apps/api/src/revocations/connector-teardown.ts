import { Injectable } from '@nestjs/common';
import type { AuditActor } from '../audit/index.js';
import { ConnectorTerminations, ConnectorsService } from '../connectors/index.js';
import { Clock, failurePoint, Log } from '../platform/index.js';
import { ConnectorConnections } from './connector-connections.js';

const AT_ONCE = 5;
/** Until then another process may believe that the connector serves, and store one more token set. */
const SEEN_EVERYWHERE_MS = 3_000;

/**
 * Disconnects every connection of a connector that an operator disabled with `tokens: "drop"`. The connector's row says
 * that it is under way until nothing is left, so a crash only interrupts it, and two processes do no harm to each other.
 */
@Injectable()
export class ConnectorTeardown {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly terminations: ConnectorTerminations,
    private readonly connections: ConnectorConnections,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Ids of the connectors that are being dropped. */
  async due(): Promise<string[]> {
    return (await this.connectors.all()).filter(({ dropping }) => dropping).map(({ id }) => id);
  }

  /** One pass for the worker; what it leaves is found by the next round. */
  async runQuietly(connectorId: string): Promise<void> {
    try {
      await this.run(connectorId, this.clock.now());
    } catch (error) {
      this.log.error('connections of a dropped connector could not be disconnected', { connectorId, error });
    }
  }

  /** Comes back when nothing is left. @throws whatever kept a connection from being disconnected */
  finish(connectorId: string): Promise<void> {
    return this.run(connectorId, Number.POSITIVE_INFINITY);
  }

  private async run(connectorId: string, now: number): Promise<void> {
    const dropping = (await this.connectors.current(connectorId))?.dropping;
    if (!dropping) return;
    const refused = await this.disconnectAll(connectorId, dropping.actor);
    if (refused) throw refused;
    if (now - dropping.at.getTime() >= SEEN_EVERYWHERE_MS) await this.terminations.dropped(connectorId);
  }

  /** One connection that cannot be disconnected does not keep the others. @returns why the first one could not */
  private async disconnectAll(connectorId: string, actor: AuditActor): Promise<Error | undefined> {
    let refused: Error | undefined;
    let after = '';
    for (;;) {
      const ids = await this.connections.holdingTokens(connectorId, after, AT_ONCE);
      if (ids.length === 0) return refused;
      after = ids.at(-1) ?? after;
      const ends = await Promise.allSettled(
        ids.map((id) => this.connections.disconnect(id, actor, this.clock.date())),
      );
      refused ??= ends.find((end) => end.status === 'rejected')?.reason as Error | undefined;
      failurePoint('revoke.batch');
    }
  }
}
