import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/index.js';
import { AgentCredentials } from './agent-credentials.js';
import { AgentCredentialKinds } from './agent-credential-kinds.js';
import { AgentDependents } from './agent-dependents.js';
import { AgentsController } from './agents.controller.js';
import { AgentsRepository } from './agents.repository.js';
import { VaultModule } from '../vault/index.js';
import { AgentsService } from './agents.service.js';

/**
 * The programs that call us and their keys. It knows who an agent is, never what it may do to which account: that
 * is decided in policies. Keys are stored as hashes.
 */
@Module({
  imports: [PoliciesModule, VaultModule],
  controllers: [AgentsController],
  providers: [AgentsService, AgentsRepository, AgentCredentials, AgentCredentialKinds, AgentDependents],
  exports: [AgentsService, AgentCredentialKinds, AgentDependents],
})
export class AgentsModule {}
