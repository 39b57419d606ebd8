export { ActionAccess } from './action-access.js';
export type { CheckedRequest } from './action-run.js';
export { GatewayModule } from './gateway.module.js';
export { principalOf } from './gateway.controller.js';
export { asProblem, RunAction } from './run-action.js';
export { takesFile } from './takes-file.js';
export { failureOf, type Failure } from './failure.js';
export { CIRCUIT_STATES, ProviderCircuits, type Circuit } from './limits/provider-circuits.js';
