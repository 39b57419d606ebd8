import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { AuditModule } from '../audit/index.js';
import { AuthorizationsModule } from '../authorizations/index.js';
import { ConnectionsModule } from '../connections/index.js';
import { GatewayModule } from '../gateway/index.js';
import { TasksModule } from '../tasks/index.js';
import { UsersModule } from '../users/index.js';
import { CountEvents } from './figures/count-events.js';
import { RollupsRepository } from './figures/rollups.repository.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';
import { OverviewSources } from './overview-sources.js';

/** The dashboard's first page: what there is, and counts of what happened. It reads from all rooms, and none from it. */
@Module({
  imports: [
    AuditModule,
    UsersModule,
    AuthorizationsModule,
    ConnectionsModule,
    GatewayModule,
    TasksModule,
    AgentsModule,
  ],
  controllers: [OverviewController],
  providers: [OverviewService, OverviewSources, CountEvents, RollupsRepository],
})
export class OverviewModule {}
