export { PoliciesModule } from './policies.module.js';
export { PoliciesService } from './policies.service.js';
export { PolicyVocabulary, verbAction, type KnownAction } from './vocabulary.js';
export type { KnownValue } from './known-value.js';
export { COUNTED, usedValue, type Used } from './usage/rule-counters.js';
export { Subjects } from './subjects.js';
export {
  APPROVERS,
  type ApprovalNeed,
  type PolicyDecision,
  type PolicyOutlook,
  type PolicyQuestion,
  type Principal,
} from './policy.js';
