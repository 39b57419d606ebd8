import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { AuthorizationsModule } from '../authorizations/index.js';
import { ConnectionsModule } from '../connections/index.js';
import { GatewayModule } from '../gateway/index.js';
import { TasksModule } from '../tasks/index.js';
import { UsersModule } from '../users/index.js';
import { AuditMetrics } from './audit-metrics.js';
import { HealthController } from './health.controller.js';
import { HealthRepository } from './health.repository.js';
import { HealthService } from './health.service.js';
import { OverviewSources } from './overview-sources.js';

/**
 * Whether the process lives and can serve, its metrics, and the counts of the dashboard's first page.
 * It reads only, and tells nothing about any one user.
 */
@Module({
  imports: [UsersModule, AuthorizationsModule, ConnectionsModule, GatewayModule, TasksModule, AgentsModule],
  controllers: [HealthController],
  providers: [HealthService, HealthRepository, OverviewSources, AuditMetrics],
  exports: [HealthService],
})
export class HealthModule {}
