import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { AuthorizationsModule } from '../authorizations/index.js';
import { GatewayModule } from '../gateway/index.js';
import { McpModule } from '../mcp/index.js';
import { VaultModule } from '../vault/index.js';
import { AuthorizationServer } from './authorization-server.js';
import { AuthorizationServerController } from './authorization-server.controller.js';
import { ClientConsent } from './client-consent.js';
import { ClientCredentials } from './client-credentials.js';
import { ClientDocuments } from './client-documents.js';
import { ClientPagesController } from './client-pages.controller.js';
import { OAuthRecordsRepository } from './oauth-records.repository.js';
import { RecordAdapters } from './record-adapter.js';
import { RecordCleanup } from './record-cleanup.js';

/** The authorization server of `/mcp`, for clients that users bring themselves: each gets tokens for its own user. */
@Module({
  imports: [AgentsModule, AuthorizationsModule, GatewayModule, McpModule, VaultModule],
  controllers: [AuthorizationServerController, ClientPagesController],
  providers: [
    AuthorizationServer,
    ClientConsent,
    ClientCredentials,
    ClientDocuments,
    OAuthRecordsRepository,
    RecordAdapters,
    RecordCleanup,
  ],
})
export class AuthorizationServerModule {}
