import { Injectable } from '@nestjs/common';
import { Audit, AuditErasures, type AuditActor, type NewAuditEvent } from '../audit/index.js';
import { Clock, failurePoint, notFound, type RequestTrace, type Transaction } from '../platform/index.js';
import { UsersService } from '../users/index.js';
import { DeletedUserGrants } from './deleted-user-grants.js';
import { OffboardingRepository } from './offboarding.repository.js';
import { Revocations } from './revocations.js';

/** The counts of what was deleted with a user. */
export interface Offboarded {
  readonly id: string;
  readonly deletedAt: Date;
  readonly connections: number;
  readonly tasks: number;
  /** Token sets whose revocation has begun. */
  readonly revocations: number;
  /** The erasure from the audit log, when that was requested. */
  readonly erasureId?: string | undefined;
}

/** The caller that deletes a user, and whether the audit log is to be erased too. */
export interface Offboard {
  readonly actor: AuditActor;
  readonly trace: RequestTrace;
  readonly eraseAudit: boolean;
}

/**
 * Deletes a user with everything of theirs, in one transaction: their token sets are unusable from then on and are
 * revoked at the providers afterwards, their tasks end without effect, their tokens are refused. The audit log stays,
 * unless its erasure was requested: a worker does that.
 */
@Injectable()
export class Offboarding {
  constructor(
    private readonly rows: OffboardingRepository,
    private readonly grants: DeletedUserGrants,
    private readonly users: UsersService,
    private readonly revocations: Revocations,
    private readonly erasures: AuditErasures,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {
    erasures.join({
      // Each attempt at a provider is recorded, and names the user.
      isUnderWay: (userId) => rows.hasPendingRevocations(userId),
      forget: (tx, userId) => rows.forgetGivenUp(tx, userId),
    });
  }

  /** @throws Problem 404 */
  async remove(userId: string, how: Offboard): Promise<Offboarded> {
    const { revocationIds, ...gone } = await this.rows.inTransaction((tx) => this.removeIn(tx, userId, how));
    failurePoint('revoke.moved');
    await this.revocations.enqueue(revocationIds);
    return { ...gone, revocations: revocationIds.length };
  }

  private async removeIn(tx: Transaction, userId: string, { actor, trace, eraseAudit }: Offboard) {
    if (!(await this.rows.lockUser(tx, userId))) throw notFound('user');
    const at = this.clock.date();
    const tasks = await this.rows.countTasks(tx, userId);
    const { events, revocationIds, connections } = await this.grants.end(tx, userId, { actor, trace, at });
    await this.users.remove(tx, userId, at);
    const counts = { connections, tasks, revocations: revocationIds.length };
    const deleted: NewAuditEvent = {
      type: 'user.deleted',
      outcome: 'succeeded',
      actor,
      userId,
      ...trace,
      detail: counts,
    };
    const erasing = eraseAudit ? await this.erasures.startIn(tx, userId, { actor, trace }) : undefined;
    await this.audit.recordIn(tx, ...events, deleted, ...(erasing ? [erasing.event] : []));
    return { id: userId, deletedAt: at, connections, tasks, revocationIds, erasureId: erasing?.erasure.id };
  }
}
