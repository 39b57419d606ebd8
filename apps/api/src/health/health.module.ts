import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/index.js';
import { GatewayModule } from '../gateway/index.js';
import { TasksModule } from '../tasks/index.js';
import { AuditMetrics } from './audit-metrics.js';
import { HealthController } from './health.controller.js';
import { HealthRepository } from './health.repository.js';
import { HealthService } from './health.service.js';

/**
 * Whether the process lives and can serve, and its metrics.
 * It reads only, and tells nothing about any one user.
 */
@Module({
  imports: [ConnectionsModule, GatewayModule, TasksModule],
  controllers: [HealthController],
  providers: [HealthService, HealthRepository, AuditMetrics],
  exports: [HealthService],
})
export class HealthModule {}
