import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Audits } from '../audit/index.js';
import { ConnectorDependents } from '../connectors/index.js';
import { Clock, Jobs, Log } from '../platform/index.js';
import type { Authorization } from './authorization.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { HostedFlow } from './hosted/hosted-flow.js';

const EVERY_MS = 5_000;
const KEEP_MS = 24 * 60 * 60_000;
const BATCH = 50;

/** Takes up what a crash left in the middle of connecting, and drops what nobody can finish any more. */
@Audits('authorization.failed', 'connection.created', 'connection.reauthorized')
@Injectable()
export class AuthorizationCleanup implements OnApplicationBootstrap {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly flow: HostedFlow,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly jobs: Jobs,
    dependents: ConnectorDependents,
  ) {
    dependents.onMove((tx, { id }) => this.records.voidStarted(tx, id));
  }

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'taking up interrupted authorizations', () => this.run());
  }

  private async run(): Promise<void> {
    for (const record of await this.records.findAbandoned(BATCH)) {
      await this.recover(record).catch((error: unknown) => {
        this.log.error('an interrupted authorization could not be taken up', {
          authorizationId: record.id,
          error,
        });
      });
    }
    await this.records.deleteExpired(new Date(this.clock.now() - KEEP_MS));
  }

  /** A grant in hand is stored. A code whose answer was lost may have made one that nobody holds: the user is asked again. */
  private async recover(record: Authorization): Promise<void> {
    if (record.status === 'verified') return this.flow.resume(record);
    const { id, userId, agentId, forConnectionId: connectionId } = record;
    const change = { status: 'started' as const, error: 'exchange_interrupted', holdMs: null };
    await this.records.move({ id, from: ['exchanging'], abandoned: true }, change, {
      type: 'authorization.failed',
      outcome: 'failed',
      actor: { type: 'system', id: 'recovery' },
      userId,
      agentId,
      connectionId,
      detail: { authorizationId: id, code: 'exchange_interrupted', orphanGrant: 'possible' },
    });
  }
}
