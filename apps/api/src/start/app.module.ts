import { Module, type DynamicModule } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { ApprovalsModule } from '../approvals/index.js';
import { AuditModule } from '../audit/index.js';
import { AuthorizationServerModule } from '../authorization-server/index.js';
import { CompatibilityModule } from '../compatibility/index.js';
import type { Settings } from '../config/index.js';
import { AuthorizationsModule } from '../authorizations/index.js';
import { ConnectionsModule } from '../connections/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { GatewayModule } from '../gateway/index.js';
import { HealthModule } from '../health/index.js';
import { HistoryModule } from '../history/index.js';
import { McpModule } from '../mcp/index.js';
import { OAuthModule } from '../oauth/index.js';
import { OperatorsModule } from '../operators/index.js';
import { OverviewModule } from '../overview/index.js';
import { PlatformModule } from '../platform/index.js';
import { PoliciesModule } from '../policies/index.js';
import { RevocationsModule } from '../revocations/index.js';
import { SchedulesModule } from '../schedules/index.js';
import { SearchModule } from '../search/index.js';
import { SingleSignOnModule } from '../single-sign-on/index.js';
import { TasksModule } from '../tasks/index.js';
import { UsersModule } from '../users/index.js';
import { VaultModule } from '../vault/index.js';
import { WebhooksModule } from '../webhooks/index.js';

/**
 * All rooms, in the order of the wall between them. The roles run the same rooms: what only a worker does, its room
 * starts only there.
 */
@Module({})
export class AppModule {
  static with(settings: Settings, databaseUrl: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SearchModule,
        OverviewModule,
        HealthModule,
        HistoryModule,
        CompatibilityModule,
        AuthorizationServerModule,
        McpModule,
        WebhooksModule,
        SchedulesModule,
        TasksModule,
        ApprovalsModule,
        GatewayModule,
        PoliciesModule,
        AuthorizationsModule,
        RevocationsModule,
        ConnectionsModule,
        SingleSignOnModule,
        OAuthModule,
        ConnectorsModule,
        AgentsModule,
        UsersModule,
        OperatorsModule,
        VaultModule,
        AuditModule,
        PlatformModule.with(settings, databaseUrl),
      ],
    };
  }
}
