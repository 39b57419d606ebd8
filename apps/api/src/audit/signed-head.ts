import { createPublicKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { checkpointText, CompactRange, verifierKey, type PublicAuditKey } from '@valetkey/audit-log';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Log } from '../platform/index.js';
import { AuditKeys } from './audit-keys.js';
import { ForkGuard } from './forks/fork-guard.js';
import type { TreeState } from './audit-tree.repository.js';

/** Signs heads of the tree as checkpoints (C2SP tlog-checkpoint), under the log's origin. */
@Injectable()
export class SignedHead {
  /** The name of the log in its checkpoints, and of its key there. */
  readonly origin: string;

  constructor(
    @Inject(SETTINGS_TOKEN) { auditOrigin }: Settings,
    private readonly keys: AuditKeys,
    private readonly log: Log,
    private readonly guard: ForkGuard,
  ) {
    this.origin = auditOrigin;
  }

  /** One of the log's keys under the name of the log. */
  verifierKey({ kty, crv, x }: PublicAuditKey): string {
    const publicKey = createPublicKey({ format: 'jwk', key: { kty, crv, x } });
    return verifierKey({ name: this.origin, type: 'ed25519', publicKey });
  }

  /** @returns the note; `undefined` when it cannot be signed now: the log goes on, and a later head is signed */
  async sign({ size, edge }: Pick<TreeState, 'size' | 'edge'>): Promise<string | undefined> {
    if (!this.guard.maySign) return undefined;
    const root = CompactRange.fromBytes(size, edge).root();
    try {
      return await this.keys.signNote(this.origin, checkpointText({ origin: this.origin, size, root }));
    } catch (error) {
      this.log.error('the head of the audit log could not be signed', { size, error });
      return undefined;
    }
  }
}
