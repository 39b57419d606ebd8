import type {
  ConnectorPreset,
  ConnectorRevocation,
  HttpRequest,
  OAuthErrorAnswer,
  RevocationInput,
} from './connector-preset.js';

export const form = 'application/x-www-form-urlencoded';

const formEncode = (value: string): string => new URLSearchParams({ v: value }).toString().slice(2);

/** HTTP Basic with both halves form-encoded first (RFC 6749 section 2.3.1). */
export function basicAuthorization({
  clientId,
  clientSecret,
}: Pick<RevocationInput, 'clientId' | 'clientSecret'>): string {
  return `Basic ${Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64')}`;
}

export const succeeded = ({ status }: OAuthErrorAnswer): boolean => status >= 200 && status < 300;

/** RFC 7009: the refresh token if there is one, since its end takes the access tokens along (section 2.1). */
function rfc7009Request(authentication: ConnectorPreset['clientAuthentication'], input: RevocationInput) {
  const { endpoints, clientId, clientSecret, accessToken, refreshToken } = input;
  const token = refreshToken ?? accessToken;
  if (!endpoints.revocation || !token) return undefined;
  const hint = refreshToken ? 'refresh_token' : 'access_token';
  const secret = { client_id: clientId, client_secret: clientSecret };
  const isBasic = authentication === 'client_secret_basic';
  const body = new URLSearchParams({ token, token_type_hint: hint, ...(isBasic ? {} : secret) });
  return {
    method: 'POST',
    url: endpoints.revocation,
    headers: { 'content-type': form, ...(isBasic ? { authorization: basicAuthorization(input) } : {}) },
    body: body.toString(),
  } satisfies HttpRequest;
}

/** Token revocation as the standard has it. A token that is unknown already is answered with 200 (section 2.2). */
export function rfc7009(authentication: ConnectorPreset['clientAuthentication']): ConnectorRevocation {
  return {
    style: 'rfc7009',
    kills: 'token_set',
    needsLiveAccessToken: false,
    buildRequest: (input) => rfc7009Request(authentication, input),
    isConfirmed: succeeded,
  };
}
