import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { PoliciesModule } from '../policies/index.js';
import { UsersModule } from '../users/index.js';
import { VaultModule } from '../vault/index.js';
import { AccessTokens } from './access-tokens.js';
import { AccountApiController } from './account-api/account-api.controller.js';
import { AccountApiDialect } from './account-api/account-api.dialect.js';
import { AccountApi } from './account-api/account-api.service.js';
import { AuthorizationAims } from './authorizations/authorization-aim.js';
import { AuthorizationOutcomes } from './authorizations/authorization-outcomes.js';
import { AuthorizationCleanup } from './authorizations/authorization-cleanup.js';
import { AuthorizationRequests } from './authorizations/authorization-request.js';
import { OAuthModule } from '../oauth/index.js';
import { AuthorizationsController } from './authorizations/authorizations.controller.js';
import { AuthorizationsRepository } from './authorizations/authorizations.repository.js';
import { Authorizations } from './authorizations/authorizations.js';
import { CallbackAnswers } from './hosted/callback-answer.js';
import { CodeExchanges } from './authorizations/code-exchange.js';
import { ConnectPageController } from './hosted/connect-page.controller.js';
import { ConnectPages } from './hosted/connect-pages.js';
import { ConnectionLookupsRepository } from './connection-lookups.repository.js';
import { CheckRecords } from './checks/check-records.js';
import { CheckRequests } from './checks/check-request.js';
import { ConnectionChanges } from './connection-changes.js';
import { ConnectionChecks } from './checks/connection-checks.js';
import { ConnectionCommandsController } from './connection-commands.controller.js';
import { ConnectionCommands } from './connection-commands.js';
import { ConnectionImportController } from './import/connection-import.controller.js';
import { ConnectionImport } from './import/connection-import.js';
import { ConnectionQueue } from './connection-queue.schedule.js';
import { ConnectionSubjects } from './connection-subjects.js';
import { ConnectionViews } from './connection-views.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsRepository } from './connections.repository.js';
import { ConnectionsService } from './connections.service.js';
import { ConnectorConnections } from './revocations/connector-connections.js';
import { ConnectorDrops } from './revocations/connector-teardown.schedule.js';
import { ConnectorTeardown } from './revocations/connector-teardown.js';
import { ConnectorCleanup } from './revocations/connector-cleanup.js';
import { ConnectorRowsRepository } from './revocations/connector-rows.repository.js';
import { DemoUser } from './hosted/demo-user.js';
import { DisconnectRows } from './revocations/disconnect-rows.js';
import { DisconnectController } from './revocations/disconnect.controller.js';
import { Disconnect } from './revocations/disconnect.js';
import { ExchangeLease } from './authorizations/exchange-lease.js';
import { TokenRefresher } from './refresh/token-refresher.js';
import { GrantTerminations } from './grant-terminations.js';
import { GrantTerminationsRepository } from './grant-terminations.repository.js';
import { IncrementalAuthorization } from './incremental-authorization.js';
import { PendingGrants } from './authorizations/pending-grants.js';
import { GrantsRepository } from './grants.repository.js';
import { HeldGrants } from './authorizations/held-grants.js';
import { HeldPlacesRepository } from './held-places.repository.js';
import { HeldPlaces } from './held-places.js';
import { HistoryPageController } from './history/history-page.controller.js';
import { UserAccounts } from './history/user-accounts.js';
import { UserHistoryController } from './history/user-history.controller.js';
import { UserHistory } from './history/user-history.js';
import { HostedFlow } from './hosted/hosted-flow.js';
import { HostedAnswers } from './hosted/hosted-answers.js';
import { HostedStart } from './hosted/hosted-start.js';
import { LastUse } from './last-use.js';
import { DeletedUserGrants } from './revocations/deleted-user-grants.js';
import { OffboardingController } from './revocations/offboarding.controller.js';
import { OffboardingRepository } from './revocations/offboarding.repository.js';
import { Offboarding } from './revocations/offboarding.js';
import { OperatorConnectionsController } from './operator-connections.controller.js';
import { OperatorRevocationsController } from './revocations/operator-revocations.controller.js';
import { AccountMismatch } from './authorizations/account-mismatch.js';
import { PendingRevocations } from './revocations/pending-revocations.js';
import { Reauthorization } from './reauthorization.js';
import { RedirectUris } from './hosted/redirect-uris.js';
import { ConnectionRevocations } from './connection-revocations.js';
import { ConnectionRevoker } from './revocations/connection-revoker.js';
import { RememberedConnections } from './remembered-connections.js';
import { RefreshAhead } from './refresh/refresh-ahead.js';
import { RefreshAttempt } from './refresh/refresh-attempt.js';
import { RefreshLeases } from './refresh/refresh-lease.js';
import { RefreshRows } from './refresh/refresh-rows.js';
import { RefreshTokenSet } from './refresh/refresh-token-set.js';
import { RevocationAttempt } from './revocations/revocation-attempt.js';
import { RevocationRecords } from './revocations/revocation-records.js';
import { RevocationRequests } from './revocations/revocation-request.js';
import { Revocations } from './revocations/revocations.js';
import { RevocationsRepository } from './revocations/revocations.repository.js';
import { SealedAuthorizations } from './authorizations/sealed-authorizations.js';
import { SealedRevocations } from './revocations/sealed-revocations.js';
import { AuthorizationSubjects } from './authorizations/authorization-subjects.js';
import { SealedConnections } from './sealed-connections.js';
import { StoreGrant } from './store-grant.js';
import { TokenSetsRepository } from './refresh/token-sets.repository.js';
import { TokenVault } from './token-vault.js';
import { IdentityOnlyGrants } from './authorizations/identity-only-grants.js';
import { UserSessions } from './hosted/user-sessions.js';
import { VerificationContext } from './account-api/verification-context.js';
import { VerificationStart } from './account-api/verification-start.js';
import { Verifications } from './account-api/verifications.js';

const connectorEnds = [ConnectorConnections, ConnectorTeardown, ConnectorDrops, ConnectorCleanup, HeldPlaces];
const repositories = [
  SealedConnections,
  SealedAuthorizations,
  SealedRevocations,
  ConnectorRowsRepository,
  HeldPlacesRepository,
  ConnectionLookupsRepository,
  RememberedConnections,
  ConnectionsRepository,
  TokenSetsRepository,
  AuthorizationsRepository,
  GrantsRepository,
  RevocationsRepository,
  GrantTerminationsRepository,
  OffboardingRepository,
];
const dance = [
  IdentityOnlyGrants,
  AuthorizationRequests,
  AuthorizationAims,
  AuthorizationOutcomes,
  CallbackAnswers,
  CodeExchanges,
  ExchangeLease,
  AccountMismatch,
  RedirectUris,
  VerificationContext,
  VerificationStart,
  Verifications,
  Authorizations,
  HostedAnswers,
  HostedStart,
  HostedFlow,
  PendingGrants,
];
const pages = [
  ConnectPages,
  UserHistory,
  UserAccounts,
  UserSessions,
  DemoUser,
  AccountApi,
  AccountApiDialect,
];
const tokens = [
  TokenVault,
  StoreGrant,
  IncrementalAuthorization,
  AccessTokens,
  Reauthorization,
  TokenRefresher,
  LastUse,
  ConnectionImport,
];
const refresh = [
  RefreshTokenSet,
  RefreshAttempt,
  RefreshLeases,
  RefreshRows,
  RefreshAhead,
  ConnectionRevoker,
  ConnectionRevocations,
];
const checks = [ConnectionChecks, CheckRequests, CheckRecords, ConnectionChanges, ConnectionCommands];
const endings = [
  Disconnect,
  DisconnectRows,
  Offboarding,
  DeletedUserGrants,
  HeldGrants,
  PendingRevocations,
  GrantTerminations,
  Revocations,
  RevocationAttempt,
  RevocationRecords,
  RevocationRequests,
];
const work = [AuthorizationCleanup, ConnectionQueue];

/**
 * Users' authorised accounts: the consents, the token sets, their refresh, their end.
 * The only room that opens a token set. It never decides whether an agent may act, and calls no provider's API but
 * the account endpoint that tells whose tokens these are.
 */
@Module({
  imports: [VaultModule, ConnectorsModule, OAuthModule, UsersModule, AgentsModule, PoliciesModule],
  controllers: [
    AccountApiController,
    AuthorizationsController,
    ConnectPageController,
    HistoryPageController,
    UserHistoryController,
    ConnectionImportController,
    ConnectionsController,
    ConnectionCommandsController,
    DisconnectController,
    OperatorConnectionsController,
    OperatorRevocationsController,
    OffboardingController,
  ],
  providers: [
    ...repositories,
    ...dance,
    ...pages,
    ...tokens,
    ...refresh,
    ...checks,
    ...endings,
    ...connectorEnds,
    ...work,
    ConnectionsService,
    ConnectionViews,
    ConnectionSubjects,
    AuthorizationSubjects,
  ],
  exports: [ConnectionsService, AccessTokens, Authorizations, ConnectionChecks, DemoUser, RedirectUris],
})
export class ConnectionsModule {}
