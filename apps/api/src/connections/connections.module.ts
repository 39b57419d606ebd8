import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { PoliciesModule } from '../policies/index.js';
import { UsersModule } from '../users/index.js';
import { VaultModule } from '../vault/index.js';
import { AccessTokens } from './access-tokens.js';
import { AccountApiController } from './account-api.controller.js';
import { AccountApiDialect } from './account-api.dialect.js';
import { AccountApi } from './account-api.service.js';
import { AuthorizationAims } from './authorization-aim.js';
import { AuthorizationEndings } from './authorization-endings.js';
import { AuthorizationLeftovers } from './authorization-leftovers.js';
import { AuthorizationRequests } from './authorization-request.js';
import { AuthorizationServers } from './authorization-servers.js';
import { AuthorizationsController } from './authorizations.controller.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { Authorizations } from './authorizations.js';
import { CallbackAnswers } from './callback-answer.js';
import { CodeExchanges } from './code-exchange.js';
import { ConnectPageController } from './connect-page.controller.js';
import { ConnectPages } from './connect-pages.js';
import { ConnectionLookupsRepository } from './connection-lookups.repository.js';
import { CheckRecords } from './check-records.js';
import { CheckRequests } from './check-request.js';
import { ConnectionChanges } from './connection-changes.js';
import { ConnectionChecks } from './connection-checks.js';
import { ConnectionCommandsController } from './connection-commands.controller.js';
import { ConnectionCommands } from './connection-commands.js';
import { ConnectionImportController } from './connection-import.controller.js';
import { ConnectionImport } from './connection-import.js';
import { ConnectionDuties } from './connection-duties.schedule.js';
import { ConnectionQueue } from './connection-queue.schedule.js';
import { ConnectionSubjects } from './connection-subjects.js';
import { ConnectionViews } from './connection-views.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsRepository } from './connections.repository.js';
import { ConnectionsService } from './connections.service.js';
import { ConnectorConnections } from './connector-connections.js';
import { ConnectorDrops } from './connector-drop.schedule.js';
import { ConnectorDrop } from './connector-drop.js';
import { ConnectorLeftovers } from './connector-leftovers.js';
import { ConnectorRowsRepository } from './connector-rows.repository.js';
import { DemoUser } from './demo-user.js';
import { DisconnectRows } from './disconnect-rows.js';
import { Disconnect } from './disconnect.js';
import { ExchangeHold } from './exchange-hold.js';
import { FreshTokenSets } from './fresh-token-sets.js';
import { GrantEnds } from './grant-ends.js';
import { GrantEndsRepository } from './grant-ends.repository.js';
import { GrantUnions } from './grant-unions.js';
import { GrantVault } from './grant-vault.js';
import { GrantsRepository } from './grants.repository.js';
import { HeldGrants } from './held-grants.js';
import { HeldPlaces } from './held-places.js';
import { HistoryPageController } from './history/history-page.controller.js';
import { UserAccounts } from './history/user-accounts.js';
import { UserHistoryController } from './history/user-history.controller.js';
import { UserHistory } from './history/user-history.js';
import { HostedFlow } from './hosted-flow.js';
import { HostedAnswers } from './hosted-answers.js';
import { HostedStart } from './hosted-start.js';
import { LastUse } from './last-use.js';
import { OAuthClient } from './oauth-client.js';
import { OAuthHttp } from './oauth-http.js';
import { OffboardedGrants } from './offboarded-grants.js';
import { OffboardingController } from './offboarding.controller.js';
import { OffboardingRepository } from './offboarding.repository.js';
import { Offboarding } from './offboarding.js';
import { OperatorConnectionsController } from './operator-connections.controller.js';
import { OperatorRevocationsController } from './operator-revocations.controller.js';
import { OtherAccounts } from './other-account.js';
import { PendingRevocations } from './pending-revocations.js';
import { Reauthorization } from './reauthorization.js';
import { RedirectUris } from './redirect-uris.js';
import { OrphanGrants } from './orphan-grants.js';
import { RememberedConnections } from './remembered-connections.js';
import { RefreshAhead } from './refresh-ahead.js';
import { RefreshAttempt } from './refresh-attempt.js';
import { RefreshLeases } from './refresh-lease.js';
import { RefreshRows } from './refresh-rows.js';
import { RefreshTokenSet } from './refresh-token-set.js';
import { ConnectionRounds } from './connection-rounds.schedule.js';
import { RevocationAttempt } from './revocation-attempt.js';
import { RevocationRecords } from './revocation-records.js';
import { RevocationRequests } from './revocation-request.js';
import { Revocations } from './revocations.js';
import { RevocationsRepository } from './revocations.repository.js';
import { SealedConnections } from './sealed-connections.js';
import { StoreGrant } from './store-grant.js';
import { TokenSetsRepository } from './token-sets.repository.js';
import { TokenVault } from './token-vault.js';
import { UnstoredGrants } from './unstored-grants.js';
import { Userinfo } from './userinfo.js';
import { UserSessions } from './user-sessions.js';
import { VerificationContext } from './verification-context.js';
import { VerificationStart } from './verification-start.js';
import { Verifications } from './verifications.js';

const connectorEnds = [ConnectorConnections, ConnectorDrop, ConnectorDrops, ConnectorLeftovers, HeldPlaces];
const repositories = [
  SealedConnections,
  ConnectorRowsRepository,
  ConnectionLookupsRepository,
  RememberedConnections,
  ConnectionsRepository,
  TokenSetsRepository,
  AuthorizationsRepository,
  GrantsRepository,
  RevocationsRepository,
  GrantEndsRepository,
  OffboardingRepository,
];
const dance = [
  UnstoredGrants,
  AuthorizationServers,
  OAuthHttp,
  Userinfo,
  OAuthClient,
  AuthorizationRequests,
  AuthorizationAims,
  AuthorizationEndings,
  CallbackAnswers,
  CodeExchanges,
  ExchangeHold,
  OtherAccounts,
  RedirectUris,
  VerificationContext,
  VerificationStart,
  Verifications,
  Authorizations,
  HostedAnswers,
  HostedStart,
  HostedFlow,
  GrantVault,
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
  GrantUnions,
  AccessTokens,
  Reauthorization,
  FreshTokenSets,
  LastUse,
  ConnectionImport,
];
const refresh = [RefreshTokenSet, RefreshAttempt, RefreshLeases, RefreshRows, RefreshAhead, OrphanGrants];
const checks = [ConnectionChecks, CheckRequests, CheckRecords, ConnectionChanges, ConnectionCommands];
const endings = [
  Disconnect,
  DisconnectRows,
  Offboarding,
  OffboardedGrants,
  HeldGrants,
  PendingRevocations,
  GrantEnds,
  Revocations,
  RevocationAttempt,
  RevocationRecords,
  RevocationRequests,
];
const work = [AuthorizationLeftovers, ConnectionQueue, ConnectionDuties, ConnectionRounds];

/**
 * Users' authorised accounts: the OAuth dance, the token sets, their refresh, their end.
 * The only room that opens a token set. It never decides whether an agent may act, and calls no provider's API but
 * the account endpoint that tells whose tokens these are.
 */
@Module({
  imports: [VaultModule, ConnectorsModule, UsersModule, AgentsModule, PoliciesModule],
  controllers: [
    AccountApiController,
    AuthorizationsController,
    ConnectPageController,
    HistoryPageController,
    UserHistoryController,
    ConnectionImportController,
    ConnectionsController,
    ConnectionCommandsController,
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
  ],
  exports: [ConnectionsService, AccessTokens, Authorizations, ConnectionChecks, DemoUser, RedirectUris],
})
export class ConnectionsModule {}
