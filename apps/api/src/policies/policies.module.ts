import { Module } from '@nestjs/common';
import { PoliciesController } from './policies.controller.js';
import { PoliciesRepository } from './policies.repository.js';
import { PoliciesService } from './policies.service.js';
import { PolicyChanges } from './policy-changes.js';

/**
 * Decides which agent may run which action for whom: operators' rules, and a built-in policy where none applies. It
 * runs nothing and knows no token; a refusal is recorded before the caller hears it.
 */
@Module({
  controllers: [PoliciesController],
  providers: [PoliciesRepository, PoliciesService, PolicyChanges],
  exports: [PoliciesService],
})
export class PoliciesModule {}
