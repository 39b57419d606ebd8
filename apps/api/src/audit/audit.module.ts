import { Global, Module } from '@nestjs/common';
import { AuditInboxRepository } from './audit-inbox.repository.js';
import { AuditTreeRepository } from './audit-tree.repository.js';
import { AuditTreeController } from './audit-tree.controller.js';
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
import { Anchors } from './anchors/anchors.js';
import { OutsideStates } from './anchors/outside-states.js';
import { OutsideStatesRepository } from './anchors/outside-states.repository.js';
import { LogStatus } from './log-status.js';
import { PublishCheckpoints } from './publish-checkpoints.js';
import { CosignaturesRepository } from './witnesses/cosignatures.repository.js';
import { Witnesses } from './witnesses/witnesses.js';
import { Denials } from './denials.js';
import { Sequencer } from './sequencer.js';
import { EventProofs } from './proofs/event-proofs.js';
import { ProofsController } from './proofs/proofs.controller.js';
import { ForkGuard } from './forks/fork-guard.js';
import { PublicLog } from './public-log/public-log.js';
import { PublicLogController } from './public-log/public-log.controller.js';
import { SignedHead } from './signed-head.js';
import { SignedTree } from './signed-tree.js';
import { StoredTree } from './stored-tree.js';
import { AuditErasuresController } from './erasures/audit-erasures.controller.js';
import { AuditErasuresRepository } from './erasures/audit-erasures.repository.js';
import { AuditErasures } from './erasures/audit-erasures.js';
import { RunErasures } from './erasures/run-erasures.js';
import { AuditSinksController } from './sinks/audit-sinks.controller.js';
import { AuditSinksRepository } from './sinks/audit-sinks.repository.js';
import { FollowLog } from './sinks/follow-log.js';
import { ForwardEvents } from './sinks/forward-events.js';
import { AuditTrimsController } from './trims/audit-trims.controller.js';
import { AuditTrimsRepository } from './trims/audit-trims.repository.js';
import { AuditTrims } from './trims/audit-trims.js';
import { Retention } from './trims/retention.js';
import { TrimLimits } from './trims/trim-limits.js';

/**
 * The append-only transparency log of who did what for whom. An event is recorded before what it speaks of happens,
 * and a call whose event cannot be written is refused. It never holds secrets or users' content, and nothing edits
 * or deletes a row, but for users who are erased and months that are let go, each under a signature.
 */
@Global()
@Module({
  controllers: [
    AuditExportController,
    AuditSinksController,
    AuditController,
    AuditTreeController,
    ProofsController,
    PublicLogController,
    AuditErasuresController,
    AuditTrimsController,
  ],
  providers: [
    Audit,
    CallEvents,
    AuditSearch,
    AuditSearchRepository,
    AuditInboxRepository,
    AuditTreeRepository,
    Sequencer,
    SignedHead,
    ForkGuard,
    SignedTree,
    StoredTree,
    EventProofs,
    PublicLog,
    AuditRepository,
    AuditKeys,
    AuditKeysRepository,
    Checkpoints,
    CheckpointsRepository,
    PublishCheckpoints,
    OutsideStates,
    OutsideStatesRepository,
    Anchors,
    Witnesses,
    CosignaturesRepository,
    LogStatus,
    AuditExport,
    AuditSinksRepository,
    ForwardEvents,
    FollowLog,
    AuditErasures,
    AuditErasuresRepository,
    RunErasures,
    AuditTrims,
    AuditTrimsRepository,
    TrimLimits,
    Retention,
    Denials,
  ],
  exports: [
    Audit,
    AuditErasures,
    CallEvents,
    Denials,
    AuditSearch,
    AuditKeys,
    EventProofs,
    ForkGuard,
    ForwardEvents,
    FollowLog,
    Sequencer,
  ],
})
export class AuditModule {}
