export { PoliciesModule } from './policies.module.js';
export { PoliciesService } from './policies.service.js';
export { PolicyVocabulary, verbAction, type KnownAction, type KnownValue } from './vocabulary.js';
export { Subjects } from './subjects.js';
export { APPROVERS, type ApprovalNeed, type PolicyDecision, type Principal } from './policy.js';
