import { Module } from '@nestjs/common';
import { RevocationsModule } from '../revocations/index.js';
import { ConnectionsModule } from '../connections/index.js';
import { OAuthModule } from '../oauth/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { UsersModule } from '../users/index.js';
import { AgentsModule } from '../agents/index.js';
import { PoliciesModule } from '../policies/index.js';
import { VaultModule } from '../vault/index.js';
import { AccountApiController } from './account-api/account-api.controller.js';
import { AccountApiDialect } from './account-api/account-api.dialect.js';
import { AccountApi } from './account-api/account-api.service.js';
import { AuthorizationRecords } from './authorization-records.js';
import { VerificationStart } from './account-api/verification-start.js';
import { Verifications } from './account-api/verifications.js';
import { AccountMismatch } from './account-mismatch.js';
import { IntendedConnections } from './intended-connections.js';
import { AuthorizationCleanup } from './authorization-cleanup.js';
import { AuthorizationOutcomes } from './authorization-outcomes.js';
import { AuthorizationRequests } from './authorization-request.js';
import { AuthorizationSubjects } from './authorization-subjects.js';
import { Authorizations } from './authorizations.js';
import { AuthorizationsController } from './authorizations.controller.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { CodeExchanges } from './code-exchange.js';
import { ExchangeLease } from './exchange-lease.js';
import { HeldGrants } from './held-grants.js';
import { CallbackAnswers } from './hosted/callback-answer.js';
import { ConnectPageController } from './hosted/connect-page.controller.js';
import { ConnectPages } from './hosted/connect-pages.js';
import { DemoUser } from './hosted/demo-user.js';
import { HostedAnswers } from './hosted/hosted-answers.js';
import { HostedFlow } from './hosted/hosted-flow.js';
import { HostedStart } from './hosted/hosted-start.js';
import { RedirectUris } from './hosted/redirect-uris.js';
import { UserSessions } from './hosted/user-sessions.js';
import { Visitors } from './hosted/visitors.js';
import { IdentityOnlyGrants } from './identity-only-grants.js';
import { KeyConnectionsController } from './key-connections.controller.js';
import { KeyEntry } from './key-entry.js';
import { PendingGrants } from './pending-grants.js';
import { SealedAuthorizations } from './sealed-authorizations.js';

const consent = [
  AuthorizationsRepository,
  SealedAuthorizations,
  AuthorizationSubjects,
  Authorizations,
  IntendedConnections,
  AuthorizationRecords,
  AuthorizationRequests,
  AuthorizationOutcomes,
  AuthorizationCleanup,
];
const grants = [
  CodeExchanges,
  ExchangeLease,
  PendingGrants,
  HeldGrants,
  IdentityOnlyGrants,
  AccountMismatch,
  KeyEntry,
];
const hosted = [
  ConnectPages,
  HostedFlow,
  HostedStart,
  HostedAnswers,
  CallbackAnswers,
  UserSessions,
  RedirectUris,
  DemoUser,
  Visitors,
];
const accountApi = [AccountApi, AccountApiDialect, VerificationStart, Verifications];

/**
 * The consent, from the link to the grant: over our own pages, or over those of a calling app that speaks the guide's
 * Account API. What a consent brings is stored by connections, or ended by revocations.
 */
@Module({
  imports: [
    RevocationsModule,
    ConnectionsModule,
    OAuthModule,
    ConnectorsModule,
    UsersModule,
    AgentsModule,
    PoliciesModule,
    VaultModule,
  ],
  controllers: [
    AuthorizationsController,
    KeyConnectionsController,
    ConnectPageController,
    AccountApiController,
  ],
  providers: [...consent, ...grants, ...hosted, ...accountApi],
  exports: [Authorizations, DemoUser, HostedAnswers, RedirectUris, UserSessions, Visitors],
})
export class AuthorizationsModule {}
