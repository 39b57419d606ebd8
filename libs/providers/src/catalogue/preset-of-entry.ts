import { accountIn } from '../connectors/account-paths.js';
import type {
  AuthorizationParamsInput,
  CheckVerdict,
  ConnectorPreset,
  OAuthErrorAnswer,
  ProviderAccount,
} from '../connectors/connector-preset.js';
import { succeeded } from '../connectors/revocation.js';
import { grantedScopes, grantedScopesOfAny, implicationsOf } from '../connectors/scopes.js';
import { classifyTokenErrorBy } from '../connectors/token-errors.js';
import type { ConnectorEntry } from './catalogue.js';
import { revocationOf } from './entry-revocation.js';

type Described = ConnectorEntry['connector'];

/** The one way from an entry to a preset: from here on it is a connector like those in code. */
export function presetOfEntry(entry: ConnectorEntry): ConnectorPreset {
  const { connector: described, scopes, summary, tried, setup, notes, documentation } = entry;
  const { endpoints, check, account } = described;
  const implications = Object.entries(scopes).map(([scope, { implies }]) => [scope, implies] as const);
  return {
    id: entry.id,
    displayName: entry.displayName,
    guide: { summary, tried, setup, notes, documentation },
    endpoints: {
      authorization: endpoints.authorization ?? '',
      token: endpoints.token ?? '',
      ...(endpoints.issuer === undefined ? {} : { issuer: endpoints.issuer }),
      ...(endpoints.revocation === undefined ? {} : { revocation: endpoints.revocation }),
      ...(endpoints.account === undefined ? {} : { userinfo: endpoints.account }),
      ...(endpoints.jwks === undefined ? {} : { jwks: endpoints.jwks }),
    },
    ...pickSame(described),
    parameters: entry.parameters,
    nonce: described.oidc,
    grantBehaviour: described.grants,
    tokenErrorsWithStatus200: described.tokenAnswer.errorsWithStatus200,
    revocation: revocationOf(described.revocation),
    check: {
      scopes: check.scopes,
      ...(check.scopesHeader === undefined ? {} : { scopesHeader: check.scopesHeader }),
      judge: (answer) => judged(check, answer),
    },
    account: {
      method: account.method,
      headers: { accept: 'application/json', ...account.headers },
      ...(account.body === undefined ? {} : { body: account.body }),
      authorization: entry.authorization,
      map: (json) => accountOf(account, json),
    },
    authorizationParams: (input) => authorizationParams(described, input),
    normaliseGranted: described.scopeSeparator === ',' ? grantedScopes(/[\s,]/) : grantedScopesOfAny,
    implies: implicationsOf(entry.id, Object.fromEntries(implications)),
    classifyTokenError: classifyTokenErrorBy(described.tokenErrors),
  };
}

/** Members that an entry and a preset have in common. */
function pickSame(described: Described) {
  const { discovers, clientAuthentication, pkce, scopeSeparator, scopeParameter, baseScopes } = described;
  const { offlineScopes, refresh, oidc, tokenRequest, tokenAnswer } = described;
  return {
    ...{ discovers, clientAuthentication, pkce, scopeSeparator, scopeParameter, baseScopes },
    ...{ offlineScopes, refresh, oidc, tokenRequest, tokenAnswer },
  };
}

/** Several prompts in one parameter have a space between them (OpenID Connect Core 1.0, section 3.1.2.1). */
function authorizationParams(
  described: Described,
  { prompts, offlineAccess, upgrading, account }: AuthorizationParamsInput,
): Record<string, string> {
  const asked: Record<string, string> = {};
  for (const [name, value] of prompts.flatMap((prompt) => Object.entries(described.prompts[prompt] ?? {})))
    asked[name] = asked[name] === undefined ? value : `${asked[name]} ${value}`;
  const { loginHint: hint } = described;
  const hinted = hint && account?.[hint.value];
  return {
    ...described.authorizationParameters,
    ...(offlineAccess ? described.offlineParameters : {}),
    ...(upgrading ? described.upgradeParameters : {}),
    ...asked,
    ...(hint && hinted ? { [hint.parameter]: hinted } : {}),
  };
}

function judged({ dead, alive }: Described['check'], answer: OAuthErrorAnswer): CheckVerdict {
  const { status, error } = answer;
  if (status >= 500 || status === 429) return 'unknown';
  if (error !== undefined && alive.includes(error)) return 'alive';
  if (error !== undefined && dead.errors.includes(error)) return 'dead';
  if (dead.statuses.includes(status)) return 'dead';
  return succeeded(answer) && error === undefined ? 'alive' : 'unknown';
}

/** An account that several members name together has them with a slash between. */
function accountOf({ id, name, email }: Described['account'], json: unknown): ProviderAccount | undefined {
  const found = [id].flat().map((path) => accountIn(json, { id: path, name, email }, () => undefined));
  const accounts = found.flatMap((one) => ('account' in one ? [one.account] : []));
  const [first] = accounts;
  if (!first || accounts.length < found.length) return undefined;
  return { ...first, id: accounts.map((one) => one.id).join('/') };
}
