import { Global, Module } from '@nestjs/common';
import { AuditChainRepository } from './audit-chain.repository.js';
import { AuditChainController } from './audit-chain.controller.js';
import { AuditKeysRepository } from './audit-keys.repository.js';
import { AuditKeys } from './audit-keys.js';
import { AuditSearch } from './audit-search.js';
import { AuditSearchRepository } from './audit-search.repository.js';
import { AuditController } from './audit.controller.js';
import { AuditRepository } from './audit.repository.js';
import { Audit } from './audit.js';
import { CallEvents } from './call-events.js';
import { CheckpointRounds } from './checkpoint-rounds.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { Checkpoints } from './checkpoints.js';
import { Denials } from './denials.js';

/**
 * The append-only, hash-chained log of who did what for whom. An event is recorded before what it speaks of happens,
 * and a call whose event cannot be written is refused. It never holds secrets or users' content, and nothing edits
 * or deletes a row.
 */
@Global()
@Module({
  controllers: [AuditController, AuditChainController],
  providers: [
    Audit,
    CallEvents,
    AuditSearch,
    AuditSearchRepository,
    AuditChainRepository,
    AuditRepository,
    AuditKeys,
    AuditKeysRepository,
    Checkpoints,
    CheckpointsRepository,
    CheckpointRounds,
    Denials,
  ],
  exports: [Audit, CallEvents, AuditSearch, AuditKeys],
})
export class AuditModule {}
