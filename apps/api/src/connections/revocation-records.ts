import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/index.js';
import { Clock, Log } from '../platform/index.js';
import type { Revocation } from './revocations.repository.js';

/** What a revocation leaves behind. */
@Injectable()
export class RevocationRecords {
  constructor(
    private readonly audit: Audit,
    readonly clock: Clock,
    readonly log: Log,
  ) {}

  async finished(
    { id, userId, connectionId, attempts }: Revocation,
    target: string | undefined,
    confirmed: boolean,
  ): Promise<void> {
    await this.audit.record({
      type: 'connection.revoked',
      outcome: confirmed ? 'succeeded' : 'failed',
      actor: { type: 'system', id: 'revocation' },
      userId,
      connectionId,
      target,
      detail: {
        revocationId: id,
        attempts,
        ...(confirmed ? {} : { reason: 'the provider offers no revocation' }),
      },
    });
  }
}
