import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/index.js';
import { OAuthModule } from '../oauth/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { UsersModule } from '../users/index.js';
import { VaultModule } from '../vault/index.js';
import { ConnectionRevoker } from './connection-revoker.js';
import { ConnectorCleanup } from './connector-cleanup.js';
import { ConnectorConnections } from './connector-connections.js';
import { ConnectorRowsRepository } from './connector-rows.repository.js';
import { ConnectorTeardown } from './connector-teardown.js';
import { ConnectorTeardownJobs } from './connector-teardown-jobs.js';
import { DeletedUserGrants } from './deleted-user-grants.js';
import { Disconnect } from './disconnect.js';
import { DisconnectDependents } from './disconnect-dependents.js';
import { DisconnectController } from './disconnect.controller.js';
import { Disconnector } from './disconnector.js';
import { Offboarding } from './offboarding.js';
import { OffboardingController } from './offboarding.controller.js';
import { OffboardingRepository } from './offboarding.repository.js';
import { OperatorRevocationsController } from './operator-revocations.controller.js';
import { PendingRevocations } from './pending-revocations.js';
import { RevocationAttempt } from './revocation-attempt.js';
import { RevocationOutcomes } from './revocation-outcomes.js';
import { RevocationRequests } from './revocation-request.js';
import { Revocations } from './revocations.js';
import { RevocationsRepository } from './revocations.repository.js';
import { SealedRevocations } from './sealed-revocations.js';

const revoking = [
  RevocationsRepository,
  Revocations,
  RevocationAttempt,
  RevocationRequests,
  RevocationOutcomes,
  PendingRevocations,
  SealedRevocations,
  ConnectionRevoker,
];
const disconnecting = [Disconnect, Disconnector, DisconnectDependents];
const offboarding = [Offboarding, OffboardingRepository, DeletedUserGrants];
const connectorTeardown = [
  ConnectorTeardownJobs,
  ConnectorTeardown,
  ConnectorConnections,
  ConnectorCleanup,
  ConnectorRowsRepository,
];

/**
 * How connections end: the local copy at once, the grant at its provider until it confirms; one by one, or with their
 * user or connector.
 */
@Module({
  imports: [ConnectionsModule, OAuthModule, ConnectorsModule, UsersModule, VaultModule],
  controllers: [DisconnectController, OffboardingController, OperatorRevocationsController],
  providers: [...revoking, ...disconnecting, ...offboarding, ...connectorTeardown],
  exports: [DeletedUserGrants, Disconnect, DisconnectDependents, PendingRevocations],
})
export class RevocationsModule {}
