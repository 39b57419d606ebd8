import { Module } from '@nestjs/common';
import { PoliciesController } from './policies.controller.js';
import { PoliciesRepository } from './policies.repository.js';
import { PoliciesService } from './policies.service.js';
import { AskAtRoutes } from './ask-at-routes.js';
import { PolicyChanges } from './policy-changes.js';
import { RuleFaults } from './rule-faults.js';
import { StoredRules } from './stored-rules.js';
import { Subjects } from './subjects.js';
import { PolicyCountsRepository } from './usage/policy-counts.repository.js';
import { PolicyUsage } from './usage/policy-usage.js';
import { PolicyVocabulary } from './vocabulary.js';

/**
 * Decides which agent may run which action for whom: operators' rules, and a built-in policy where none applies. It
 * runs nothing and knows no token; a refusal is recorded before the caller hears it.
 */
@Module({
  controllers: [PoliciesController],
  providers: [
    PoliciesRepository,
    PoliciesService,
    PolicyChanges,
    Subjects,
    AskAtRoutes,
    PolicyVocabulary,
    PolicyUsage,
    PolicyCountsRepository,
    RuleFaults,
    StoredRules,
  ],
  exports: [PoliciesService, PolicyVocabulary, Subjects],
})
export class PoliciesModule {}
