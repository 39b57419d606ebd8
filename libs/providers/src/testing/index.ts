export {
  FullReply,
  startAnsweringServer,
  type AnsweringServer,
  type RecordedRequest,
  type Reply,
} from './answering-server.js';
export { callTo, canaryToken, effectId, failureOf, httpTo } from './calls.js';
export {
  describeProviderConformance,
  fixture,
  type ConformanceOptions,
  type FailureSample,
} from './conformance.js';
export { githubJudge } from './github-description.js';
export type { RequestJudge } from './official-descriptions.js';
