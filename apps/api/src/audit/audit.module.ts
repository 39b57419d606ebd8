import { Global, Module } from '@nestjs/common';
import { AuditChainRepository } from './audit-chain.repository.js';
import { AuditChainController } from './audit-chain.controller.js';
import { AuditKeysRepository } from './audit-keys.repository.js';
import { AuditKeys } from './audit-keys.js';
import { AuditSearch } from './search/audit-search.js';
import { AuditSearchRepository } from './search/audit-search.repository.js';
import { AuditExportController } from './export/audit-export.controller.js';
import { AuditExport } from './export/audit-export.js';
import { AuditController } from './audit.controller.js';
import { AuditRepository } from './audit.repository.js';
import { Audit } from './audit.js';
import { CallEvents } from './call-events.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { Checkpoints } from './checkpoints.js';
import { Denials } from './denials.js';
import { Preconditions } from './preconditions.js';
import { AuditErasuresController } from './erasures/audit-erasures.controller.js';
import { AuditErasuresRepository } from './erasures/audit-erasures.repository.js';
import { AuditErasures } from './erasures/audit-erasures.js';
import { RunErasures } from './erasures/run-erasures.js';
import { AuditSinksController } from './sinks/audit-sinks.controller.js';
import { AuditSinksRepository } from './sinks/audit-sinks.repository.js';
import { ForwardEvents } from './sinks/forward-events.js';
import { AuditTrimsController } from './trims/audit-trims.controller.js';
import { AuditTrimsRepository } from './trims/audit-trims.repository.js';
import { AuditTrims } from './trims/audit-trims.js';
import { Retention } from './trims/retention.js';
import { TrimLimits } from './trims/trim-limits.js';

/**
 * The append-only, hash-chained log of who did what for whom. An event is recorded before what it speaks of happens,
 * and a call whose event cannot be written is refused. It never holds secrets or users' content, and nothing edits
 * or deletes a row, but for users who are erased and months that are let go, each under a signature.
 */
@Global()
@Module({
  controllers: [
    AuditExportController,
    AuditSinksController,
    AuditController,
    AuditChainController,
    AuditErasuresController,
    AuditTrimsController,
  ],
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
    AuditExport,
    AuditSinksRepository,
    ForwardEvents,
    AuditErasures,
    AuditErasuresRepository,
    RunErasures,
    AuditTrims,
    AuditTrimsRepository,
    TrimLimits,
    Retention,
    Denials,
    Preconditions,
  ],
  exports: [Audit, AuditErasures, CallEvents, Denials, AuditSearch, AuditKeys, ForwardEvents, Preconditions],
})
export class AuditModule {}
