/** The answer breaks the protocol: another issuer, another nonce, another subject. */
export class AuthorizationRejected extends Error {
  override readonly name = 'AuthorizationRejected';
}

export interface ExpectedIdToken {
  readonly clientId: string;
  /** `undefined` when the operator named none. */
  readonly issuer: string | undefined;
  readonly nonce: string | undefined;
  readonly now: number;
}

const TENANT = '{tenantid}';

/** Clocks may differ by this much. */
const LEEWAY_MS = 60_000;

/**
 * The claims of an ID token that came straight from the token endpoint, where TLS stands for the signature
 * (OpenID Connect Core 1.0, section 3.1.3.7).
 * @throws AuthorizationRejected
 */
export function checkIdToken(idToken: string, expected: ExpectedIdToken): Record<string, unknown> {
  const { clientId, issuer, nonce, now } = expected;
  const claims = claimsOf(idToken);
  if (issuer !== undefined && !isSameIssuer(claims['iss'], issuer, claims['tid']))
    throw new AuthorizationRejected('the ID token is from another issuer');
  if (![claims['aud']].flat().includes(clientId))
    throw new AuthorizationRejected('the ID token is for another client');
  if (isForAnotherParty(claims, clientId))
    throw new AuthorizationRejected('the ID token was issued to another client');
  if (typeof claims['exp'] !== 'number' || claims['exp'] * 1000 < now - LEEWAY_MS)
    throw new AuthorizationRejected('the ID token has expired');
  if (nonce !== undefined && claims['nonce'] !== nonce)
    throw new AuthorizationRejected('the ID token has another nonce');
  return claims;
}

/** `azp` names whom a token was issued to; with several audiences it must be there (Core 1.0, section 3.1.3.7, 4 and 5). */
function isForAnotherParty({ aud, azp }: Record<string, unknown>, clientId: string): boolean {
  return azp === undefined ? [aud].flat().length > 1 : azp !== clientId;
}

/**
 * Letter for letter, but for a slash at the end: operators copy issuers with it and without. Microsoft's document for
 * many tenants holds `{tenantid}` in place of the one that a token names as `tid`; only an ID token names one.
 */
export function isSameIssuer(actual: unknown, expected: string, tenant?: unknown): boolean {
  if (typeof actual !== 'string') return false;
  const bare = (issuer: string) => issuer.replace(/\/$/, '');
  const [before, after] = expected.split(TENANT);
  if (after === undefined) return bare(actual) === bare(expected);
  const named = tenant ?? actual.slice(before?.length).split('/')[0];
  return (
    typeof named === 'string' &&
    /^[\w.-]+$/.test(named) &&
    bare(actual) === bare(`${before ?? ''}${named}${after}`)
  );
}

function claimsOf(idToken: string): Record<string, unknown> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
    if (claims !== null && typeof claims === 'object') return claims as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new AuthorizationRejected('the ID token cannot be read');
}
