export {
  approvalAsk,
  approvalReason,
  approvalSeconds,
  approvalUses,
  pinsSchema,
  type ApprovalAsk,
  type Pins,
} from './approval-ask.js';
export { ActionAccess } from './action-access.js';
export {
  ApprovalNeeded,
  type ActionResult,
  type ApprovedSending,
  type CheckedRequest,
  type Permit,
} from './action-run.js';
export { AuditedArguments } from './audited-arguments.js';
export { DISCONNECT_AUDITS } from './disconnect/agent-disconnect.controller.js';
export { AgentDisconnects } from './disconnect/agent-disconnects.js';
export { GatewayModule } from './gateway.module.js';
export { DirectRun, principalOf, type DirectCall } from './direct-run.js';
export { isOtherRun } from './other-runs.js';
export type { ForwardRequest } from './proxy/forwarded-request.js';
export { ProxiedBodies } from './proxy/proxied-bodies.js';
export { ProxiedCalls, type ProxiedAnswer } from './proxy/proxied-calls.js';
export { PROXY_AUDITS } from './proxy/proxy.controller.js';
export { readingConsent } from './proxy/reading-consent.js';
export { proxiedProvider } from './proxy/held-request.js';
export { readProxyHeaders, servedUser } from './proxy/proxy-headers.js';
export { Catalogue, type ActionFilter } from './tools/catalogue.js';
export { ConsentOffers, type ConsentOffer } from './consent-offers.js';
export type { Readiness } from './action-readiness.js';
export { asProblem, RunAction } from './run-action.js';
export { canBeLookedUp, effectOf } from './effect-lookup.js';
export { describeRun } from './described-run.js';
export { heldRunView, HeldRuns, type HeldAnswer, type HeldRun, type HoldsRuns } from './held-runs.js';
export { takesFile } from './takes-file.js';
export { failureOf, type Failure } from './failure.js';
export { CIRCUIT_STATES, ProviderCircuits, type Circuit } from './limits/provider-circuits.js';
