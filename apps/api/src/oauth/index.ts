export { authorizationErrorProblem } from './authorization-error.js';
export { discover } from './authorization-servers.js';
export { AuthorizationRejected, isSameIssuer } from './id-token.js';
export { ClientRegistration, type RegisteredClient } from './client-registration.js';
export { KeyChecks } from './key-checks.js';
export { OAuthClient, TokenRequestRefused } from './oauth-client.js';
export {
  AuthorizationServerUnavailable,
  ConnectorFault,
  misconfigured,
  OAuthHttp,
  unavailableProblem,
} from './oauth-http.js';
export { OAuthModule } from './oauth.module.js';
export { ProtectedResources } from './protected-resources.js';
export { SERVER_PARTS, ServerTests, TEST_RESULTS } from './server-tests.js';
export { errorAnswer } from './token-answer.js';
export type { AccountGrant, Grant, TokenSet } from './token-set.js';
export { Userinfo } from './userinfo.js';
