export {
  FullReply,
  startAnsweringServer,
  type AnsweringServer,
  type RecordedRequest,
  type Reply,
} from './answering-server.js';
export { callTo, canaryToken, effectId, failureOf, httpTo } from './calls.js';
export { sentRequest, shownRequest, type ComparedRequest, type ShownExchange } from './played-exchange.js';
export { describeProviderConformance, fixture, type ConformanceOptions } from './conformance.js';
export { githubJudge } from './github-description.js';
export type { FailureSample } from './conformance-failures.js';
export { dropboxJudge } from './dropbox-description.js';
export { dropboxFacts } from './dropbox-facts.js';
export { googleFacts } from './google-facts.js';
export { googleJudge } from './google-description.js';
export type { TooNarrow } from './narrowest-scopes.js';
export type { RequestJudge } from './official-descriptions.js';
export { dropboxRoutes } from './routes/dropbox-routes.js';
export { githubRoutes } from './routes/github-routes.js';
export { googleRoutes } from './routes/google-routes.js';
