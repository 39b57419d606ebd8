import type { OpenAPIObject } from '@nestjs/swagger';

/** Routes whose path alone gives no good name. */
const NAMED: Readonly<Record<string, string>> = {
  'GET /.well-known/audit-keys.json': 'listAuditKeys',
  'GET /.well-known/jwks.json': 'listUserTokenKeys',
  'GET /audit/checkpoint': 'getPublicAuditCheckpoint',
  'GET /audit/tile/{path}': 'getPublicAuditTile',
  'GET /health/live': 'getHealth',
  'GET /health/ready': 'getReadiness',
  'GET /metrics': 'getMetrics',
  'GET /api/my-account/identities/{target}/access-token': 'getLogtoAccessToken',
  'PUT /api/my-account/identities/{target}/access-token': 'storeLogtoAccessToken',
  'POST /api/verification/social': 'startSocialVerification',
  'POST /api/verification/social/verify': 'verifySocialVerification',
  'POST /api/verifications/social': 'startLogtoSocialVerification',
  'POST /api/verifications/social/verify': 'verifyLogtoSocialVerification',
  'PUT /my-account/identities/{target}/access-token': 'storeMyIdentityAccessToken',
  'POST /my-account/approvals/{id}/decision': 'decideMyApproval',
  'POST /v1/actions/{action}': 'runAction',
  'POST /v1/approvals/{id}/decision': 'decideApproval',
  'POST /v1/operator/approvals/{id}/decision': 'decideApproval',
  'POST /v1/connections': 'importConnection',
  'POST /v1/connections/import': 'importConnections',
  'POST /v1/operator/policy-decisions': 'dryRunPolicies',
  'GET /v1/operator/providers': 'listImportedProviders',
  'GET /v1/operator/providers/{id}': 'getImportedProvider',
  'DELETE /v1/operator/providers/{id}': 'deleteImportedProvider',
  'POST /v1/operator/providers': 'importProvider',
  'POST /v1/operator/provider-previews': 'previewProviderImport',
  'DELETE /v1/operator/agents/{id}/keys/{keyId}': 'revokeAgentKey',
  'POST /v1/operator/session': 'signIn',
  'DELETE /v1/operator/session': 'signOut',
  'POST /v1/operator/session/passkey': 'signInWithPasskey',
  'POST /v1/operator/session/passkey/challenges': 'createPasskeySignInChallenge',
  'POST /v1/operator/session/second-factor/challenges': 'createSecondFactorChallenge',
  'POST /v1/operator/session/proof/challenges': 'createReauthenticationChallenge',
  'GET /v1/operator/session/options': 'getSignInOptions',
  'POST /v1/operator/session/sso': 'beginSingleSignOn',
  'POST /v1/operator/session/proof/sso': 'beginSingleSignOnProof',
  'POST /v1/operator/operators/{id}/single-sign-on': 'letOperatorLinkSingleSignOn',
  'POST /v1/operator/account/passkeys/challenges': 'createPasskeyChallenge',
  'POST /v1/operator/account/passkeys': 'addPasskey',
  'PATCH /v1/operator/account/passkeys/{id}': 'renamePasskey',
  'DELETE /v1/operator/account/passkeys/{id}': 'removePasskey',
  'POST /v1/operator/session/second-factor': 'proveSecondFactor',
  'POST /v1/operator/session/proof': 'reauthenticateOperator',
  'GET /v1/operator/account/second-factor': 'getSecondFactor',
  'POST /v1/operator/account/totp': 'beginTotp',
  'PUT /v1/operator/account/totp': 'confirmTotp',
  'DELETE /v1/operator/account/totp': 'removeTotp',
  'POST /v1/operator/account/recovery-codes': 'createRecoveryCodes',
  'GET /v1/operator/account/sessions': 'listMyOperatorSessions',
  'DELETE /v1/operator/account/sessions': 'endMyOtherOperatorSessions',
  'DELETE /v1/operator/account/sessions/{id}': 'endMyOperatorSession',
  'PUT /v1/operator/account/password': 'changeMyOperatorPassword',
  'DELETE /v1/operator/operator-keys/{id}': 'revokeOperatorKey',
  'POST /v1/operator/operators': 'inviteOperator',
  'POST /v1/operator/operators/{id}/invitations': 'inviteOperatorAgain',
  'DELETE /v1/operator/operators/{id}/sessions': 'endOperatorSessions',
  'POST /v1/operator/password-link': 'getPasswordLink',
  'PUT /v1/operator/password-link': 'setPasswordByLink',
  'DELETE /my-account/standing-approvals/{id}': 'takeMyStandingApprovalBack',
  'DELETE /v1/standing-approvals/{id}': 'takeStandingApprovalBack',
  'DELETE /v1/operator/standing-approvals/{id}': 'takeStandingApprovalBack',
  'POST /v1/sessions': 'createMcpSession',
  'GET /v1/sessions/{id}': 'getMcpSession',
  'PATCH /v1/sessions/{id}': 'narrowMcpSession',
  'DELETE /v1/sessions/{id}': 'endMcpSession',
  'POST /v1/operator/vault/keys': 'rotateVaultKey',
  'GET /v1/operator/audit-events/export': 'exportAuditEvents',
};

/** The verb of an operation id, by method. */
const VERBS: Readonly<Record<string, string>> = {
  get: 'get',
  put: 'replace',
  post: 'create',
  patch: 'update',
  delete: 'delete',
};

const DASHBOARD = '/v1/operator/';

/**
 * Names each operation, from its method and path: `listTasks`, `getTask`, `cancelTask`. A route of the dashboard's that
 * duplicates one for other callers says so: `cancelTaskAsOperator`.
 * @throws Error when two routes would share a name: add one of them to `NAMED`
 */
export function nameOperations(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { operationId?: string }>).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      id: operationIdOf(method, path),
      isForDashboard: path.startsWith(DASHBOARD),
      operation,
    })),
  );
  const ofOthers = new Set(operations.flatMap(({ id, isForDashboard }) => (isForDashboard ? [] : [id])));
  const routes = new Map<string, string>();
  for (const { route, id: plain, isForDashboard, operation } of operations) {
    const id = isForDashboard && ofOthers.has(plain) ? `${plain}AsOperator` : plain;
    const other = routes.get(id);
    if (other !== undefined) throw new Error(`${route} and ${other} are both called ${id}`);
    routes.set(id, route);
    operation.operationId = id;
  }
  return document;
}

/** @param method in lower case, as OpenAPI writes it */
function operationIdOf(method: string, path: string): string {
  const named = NAMED[`${method.toUpperCase()} ${path}`];
  if (named !== undefined) return named;
  if (path.startsWith('/v1/proxy/')) return `proxy${pascal(method)}`;
  const { owner, last, isOne } = namedPlace(path);
  const isMany = last !== singular(last);
  const verb = VERBS[method] ?? method;
  if (isOne) return `${verb}${owner}${singular(last)}`;
  if (method === 'get') return `${isMany ? 'list' : 'get'}${owner}${last}`;
  if (method === 'post') return isMany ? `${verb}${owner}${singular(last)}` : `${camel(last)}${owner}`;
  return `${verb}${owner}${last}`;
}

/** The words of a path: the resource at its end, and the one that it belongs to. */
function namedPlace(path: string): { owner: string; last: string; isOne: boolean } {
  const parts = path
    .replace(DASHBOARD, '/v1/')
    .split('/')
    .filter((part) => part !== '' && part !== 'v1');
  const words = parts.flatMap((part, index) => {
    if (part.startsWith('{')) return [];
    const word = part === 'my-account' ? 'My' : pascal(part);
    return [{ word, isOne: parts[index + 1]?.startsWith('{') ?? false }];
  });
  const last = words.pop() ?? { word: 'Root', isOne: false };
  return { owner: words.map(({ word }) => singular(word)).join(''), last: last.word, isOne: last.isOne };
}

export function pascal(part: string): string {
  return part
    .split(/[^a-zA-Z0-9]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

const camel = (words: string) => words.charAt(0).toLowerCase() + words.slice(1);

export function singular(words: string): string {
  if (/(?:ss|us|is)$/i.test(words)) return words;
  return words.endsWith('ies') ? `${words.slice(0, -3)}y` : words.replace(/s$/, '');
}
