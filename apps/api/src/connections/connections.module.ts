import { Module } from '@nestjs/common';
import { OAuthModule } from '../oauth/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { UsersModule } from '../users/index.js';
import { PoliciesModule } from '../policies/index.js';
import { VaultModule } from '../vault/index.js';
import { AccessTokens } from './access-tokens.js';
import { ConnectorTestsController } from './checks/connector-tests.controller.js';
import { CheckOutcomes } from './checks/check-outcomes.js';
import { CheckRequests } from './checks/check-request.js';
import { ConnectionChecks } from './checks/connection-checks.js';
import { ConnectionChanges } from './connection-changes.js';
import { ConnectionCommands } from './connection-commands.js';
import { ConnectionCommandsController } from './connection-commands.controller.js';
import { ConnectionLookupsRepository } from './connection-lookups.repository.js';
import { ConnectionQueue } from './connection-queue.schedule.js';
import { ConnectionRevocations } from './connection-revocations.js';
import { ConnectionSubjects } from './connection-subjects.js';
import { ConnectionUses } from './connection-uses.js';
import { ConnectionViews } from './connection-views.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsRepository } from './connections.repository.js';
import { ConnectionsService } from './connections.service.js';
import { GrantTerminations } from './grants/grant-terminations.js';
import { GrantTerminationsRepository } from './grants/grant-terminations.repository.js';
import { GrantsRepository } from './grants/grants.repository.js';
import { LaterConsents } from './grants/later-consents.js';
import { HeldPlaces } from './held-places.js';
import { HeldPlacesRepository } from './held-places.repository.js';
import { ConnectionImport } from './import/connection-import.js';
import { ConnectionImportController } from './import/connection-import.controller.js';
import { IncrementalAuthorization } from './grants/incremental-authorization.js';
import { LastUse } from './last-use.js';
import { OperatorConnectionsController } from './operator-connections.controller.js';
import { Reauthorization } from './reauthorization.js';
import { RefreshAhead } from './refresh/refresh-ahead.js';
import { RefreshAttempt } from './refresh/refresh-attempt.js';
import { RefreshOutcomes } from './refresh/refresh-outcomes.js';
import { RefreshTokenSet } from './refresh/refresh-token-set.js';
import { TokenRefresher } from './refresh/token-refresher.js';
import { TokenSetsRepository } from './refresh/token-sets.repository.js';
import { SealedConnections } from './sealed-connections.js';
import { StoreGrant } from './grants/store-grant.js';
import { TokenVault } from './token-vault.js';

const rows = [
  ConnectionsRepository,
  ConnectionLookupsRepository,
  GrantsRepository,
  GrantTerminationsRepository,
  HeldPlacesRepository,
  TokenSetsRepository,
  SealedConnections,
];
const connections = [
  ConnectionsService,
  ConnectionUses,
  ConnectionViews,
  ConnectionSubjects,
  ConnectionChanges,
  ConnectionCommands,
  ConnectionImport,
];
const tokens = [
  TokenVault,
  StoreGrant,
  IncrementalAuthorization,
  AccessTokens,
  LastUse,
  HeldPlaces,
  GrantTerminations,
];
const refresh = [
  TokenRefresher,
  RefreshTokenSet,
  RefreshAttempt,
  RefreshOutcomes,
  RefreshAhead,
  ConnectionQueue,
];
const checks = [ConnectionChecks, CheckRequests, CheckOutcomes];
const ports = [ConnectionRevocations, LaterConsents, Reauthorization];

/**
 * Users' authorised accounts: their rows, their token sets, and what keeps these alive. The only room that opens a token
 * set to hand it out. It never decides whether an agent may act, and calls no provider's API but the account endpoint
 * that tells whose tokens these are.
 */
@Module({
  imports: [OAuthModule, ConnectorsModule, UsersModule, PoliciesModule, VaultModule],
  controllers: [
    ConnectionsController,
    ConnectionCommandsController,
    ConnectionImportController,
    OperatorConnectionsController,
    ConnectorTestsController,
  ],
  providers: [...rows, ...connections, ...tokens, ...refresh, ...checks, ...ports],
  exports: [
    AccessTokens,
    ConnectionChecks,
    ConnectionQueue,
    ConnectionRevocations,
    ConnectionUses,
    ConnectionViews,
    ConnectionsRepository,
    ConnectionsService,
    GrantTerminations,
    GrantsRepository,
    IncrementalAuthorization,
    LaterConsents,
    Reauthorization,
    StoreGrant,
    TokenVault,
  ],
})
export class ConnectionsModule {}
