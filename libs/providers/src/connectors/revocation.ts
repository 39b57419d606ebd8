import type {
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
}: {
  readonly clientId: string;
  readonly clientSecret: string;
}): string {
  return `Basic ${Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64')}`;
}

export const succeeded = ({ status }: OAuthErrorAnswer): boolean => status >= 200 && status < 300;

/** RFC 7009: the refresh token if there is one, since its end takes the access tokens along (section 2.1). */
function rfc7009Request(input: RevocationInput): HttpRequest | undefined {
  const { endpoints, clientId, clientSecret, clientAuthentication, accessToken, refreshToken } = input;
  const token = refreshToken ?? accessToken;
  if (!endpoints.revocation || !token) return undefined;
  const body = new URLSearchParams({
    token,
    token_type_hint: refreshToken ? 'refresh_token' : 'access_token',
  });
  const headers: Record<string, string> = { 'content-type': form };
  if (clientAuthentication === 'client_secret_basic' && clientSecret !== undefined)
    headers['authorization'] = basicAuthorization({ clientId, clientSecret });
  else body.set('client_id', clientId);
  if (clientAuthentication === 'client_secret_post' && clientSecret !== undefined)
    body.set('client_secret', clientSecret);
  return { method: 'POST', url: endpoints.revocation, headers, body: body.toString() };
}

/** Token revocation as the standard has it. A token that is unknown already is answered with 200 (section 2.2). */
export const rfc7009: ConnectorRevocation = {
  style: 'rfc7009',
  kills: 'token_set',
  needsLiveAccessToken: false,
  buildRequest: rfc7009Request,
  isConfirmed: succeeded,
};
