export { AgentsModule } from './agents.module.js';
export { AgentsService } from './agents.service.js';
export { AgentCredentialKinds } from './agent-credential-kinds.js';
export { AgentDependents, type AgentDependent, type EndedAuthority } from './agent-dependents.js';
export { changedBy, type ChangedBy } from './changed-by.js';
