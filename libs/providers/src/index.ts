export {
  toolName,
  type Action,
  type ActionCall,
  type Effect,
  type Idempotency,
  type RecoverCall,
  type Recovery,
} from './core/action.js';
export { parseInput } from './core/action-input.js';
export { actionJsonSchema, isSchema, mapSchema, portable, type JsonSchema } from './core/json-schema.js';
export {
  describeProvider,
  type AnswerRules,
  type CapabilityKind,
  type Provider,
  type ScopeDescription,
} from './core/provider.js';
export {
  ProviderError,
  providerErrorCodes,
  type Failure,
  type ProviderErrorCode,
} from './core/provider-error.js';
export type { BaseUrlName, ProviderHttp } from './core/provider-http.js';
export { flatHeaders, returnedHeaders } from './core/http/answer-headers.js';
export { forwardedHeaders, forwardedUrl, plainPath } from './core/forward.js';
export { JsonStringReplacer, type JsonStrings } from './core/json-strings.js';
export { replaceLinks } from './core/http/link-header.js';
export { baseOf, proxiedTarget, servicePath } from './core/proxied-address.js';
export {
  classifyByStatus,
  resetAfterMs,
  retryAfterMs,
  type ClassifyFailure,
  type FailedAnswer,
} from './core/failure.js';
export { neverSent } from './core/request-parts.js';
export { encodingsOf, type Encoding } from './core/http/content-encoding.js';
export { backoffMs, type Backoff } from './core/http/backoff.js';
export { inputDate, inputTime } from './core/dates.js';
export { jsonExcess, type JsonBounds } from './core/json-bounds.js';
export { parseJson, readBody } from './core/http/read-body.js';
export { unitsOf, type Budget, type BudgetCost } from './core/budget.js';
export {
  judgeRequest,
  routeRequest,
  type JudgedRequest,
  type RoutedRequest,
} from './requests/judge-request.js';
export type { PeekedBody } from './requests/sent-request.js';
export { canonicalInput, canonicalText } from './core/canonical.js';
export { TokenEcho } from './core/echo.js';
export { clientHeaders, tokenHeader, type TokenHeader } from './core/http/token-header.js';
export { checkedBaseUrl, effectiveBaseUrls, type BaseUrls } from './core/base-urls.js';
export {
  createProviderHttp,
  type ProviderAnswer,
  type ProviderCall,
  type ProviderHttpOptions,
  type SendRequest,
} from './core/create-provider-http.js';
export {
  allProviders,
  findAction,
  findProvider,
  findShippedProvider,
  providers,
  useImportedApis,
  type ProviderId,
} from './registry.js';
export type { ImportedApi } from './openapi/imported-apis.js';
export { previewOf } from './preview.js';
export type {
  AuthorizationParamsInput,
  BuiltInPresetId,
  CheckVerdict,
  ClientAuthentication,
  ConnectorCheck,
  ConnectorEndpoints,
  ConnectorPreset,
  ConnectorRevocation,
  HttpRequest,
  KeyKind,
  OAuthErrorAnswer,
  PresetGuide,
  Prompt,
  ProviderAccount,
  RevocationInput,
  TokenAnswerStyle,
  TokenErrorClass,
  TokenErrorReason,
} from './connectors/connector-preset.js';
export { accountIn, isAccountPath, valueAt, type AccountPaths } from './connectors/account-paths.js';
export { credentialOf, keyFault, type EnteredKey } from './connectors/key-credential.js';
export {
  allPresets,
  connectorPresets,
  findPreset,
  holdersOf,
  isServedBy,
  satisfies,
} from './connectors/presets.js';
export { useOwnActionSets } from './action-sets/action-sets.js';
export { catalogueEntries, findEntry, useOwnEntries } from './catalogue/catalogue.js';
export type { CatalogueEntry } from './catalogue/entry.js';
export {
  filledTemplate,
  PARAMETER_KINDS,
  parameterFault,
  parameterRule,
  placeholdersIn,
  type EntryParameters,
} from './core/template.js';
export { basicAuthorization } from './connectors/revocation.js';
