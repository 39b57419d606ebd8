import type {
  ConnectorRevocation,
  HttpRequest,
  OAuthErrorAnswer,
  RevocationInput,
} from '../connectors/connector-preset.js';
import { basicAuthorization, form, rfc7009, succeeded } from '../connectors/revocation.js';
import type { ConnectorEntry } from './catalogue.js';

type Described = ConnectorEntry['connector']['revocation'];
type ByRequest = Extract<Described, { style: 'request' }>;

/** How a grant of an entry's connector ends. */
export function revocationOf(revocation: Described): ConnectorRevocation {
  const { byHand } = revocation;
  const hand = byHand === undefined ? {} : { byHand };
  if (revocation.style === 'none')
    return {
      style: 'none',
      kills: 'token_set',
      needsLiveAccessToken: false,
      buildRequest: () => undefined,
      isConfirmed: () => false,
      ...hand,
    };
  const { kills } = revocation;
  if (revocation.style === 'rfc7009') return { ...rfc7009, kills, ...hand };
  return {
    style: 'request',
    kills,
    needsLiveAccessToken: revocation.needsLiveAccessToken,
    buildRequest: (input) => requestOf(revocation, input),
    isConfirmed: (answer) => isEnded(revocation, answer),
    ...hand,
  };
}

function isEnded({ ended }: ByRequest, answer: OAuthErrorAnswer): boolean {
  if (answer.status >= 500) return false;
  if (answer.error !== undefined && ended.errors.includes(answer.error)) return true;
  return (succeeded(answer) && answer.error === undefined) || ended.statuses.includes(answer.status);
}

/** `undefined` when a token or secret that it needs is not there. */
function requestOf(revocation: ByRequest, input: RevocationInput): HttpRequest | undefined {
  const { endpoints, clientId, clientSecret } = input;
  const values: Readonly<Record<string, string | undefined>> = {
    token: input.refreshToken ?? input.accessToken,
    access_token: input.accessToken,
    refresh_token: input.refreshToken,
    client_id: clientId,
    client_secret: clientSecret,
    account_id: input.accountId,
  };
  const parameters = filled(revocation.parameters, values);
  const headers = filled(revocation.headers, values);
  const authorization = authorizationOf(revocation, input);
  if (!endpoints.revocation || !parameters || !headers || authorization === undefined) return undefined;
  const url = new URL(endpoints.revocation.replace('{client_id}', encodeURIComponent(clientId)));
  if (revocation.encoding === 'query')
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return {
    method: revocation.method,
    url: url.href,
    headers: {
      accept: 'application/json',
      'user-agent': 'valetkey',
      ...headers,
      ...(authorization === '' ? {} : { authorization }),
      ...(revocation.encoding === 'form' ? { 'content-type': form } : {}),
      ...(revocation.encoding === 'json' ? { 'content-type': 'application/json' } : {}),
    },
    ...(revocation.encoding === 'form' ? { body: new URLSearchParams(parameters).toString() } : {}),
    ...(revocation.encoding === 'json' ? { body: JSON.stringify(parameters) } : {}),
  };
}

/** Empty where the request proves by its parameters who asks; `undefined` where it cannot. */
function authorizationOf(
  { authorization }: ByRequest,
  { accessToken, clientId, clientSecret }: RevocationInput,
): string | undefined {
  if (authorization === 'none') return '';
  if (authorization === 'bearer') return accessToken && `Bearer ${accessToken}`;
  return clientSecret === undefined ? undefined : basicAuthorization({ clientId, clientSecret });
}

function filled(
  templates: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string | undefined>>,
): Record<string, string> | undefined {
  let isWhole = true;
  const entries = Object.entries(templates).map(([name, template]) => {
    const value = template.replace(/\{(\w+)\}/g, (_, placeholder: string) => {
      isWhole &&= values[placeholder] !== undefined;
      return values[placeholder] ?? '';
    });
    return [name, value];
  });
  return isWhole ? (Object.fromEntries(entries) as Record<string, string>) : undefined;
}
