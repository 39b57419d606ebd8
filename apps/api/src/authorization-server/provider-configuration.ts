import { interactionPolicy, errors, type Configuration, type JWKS } from 'oidc-provider';

/** The start of the access tokens of users' own clients. */
export const ACCESS_TOKEN_PREFIX = 'vk_oauth_';

/** Where the metadata of the MCP endpoint is (RFC 9728, section 3.1). */
export const RESOURCE_METADATA = '/.well-known/oauth-protected-resource/mcp';

/** The one scope that there is: the tools that the user has let the client have. */
export const MCP_SCOPE = 'mcp';

const MINUTE_S = 60;
const DAY_S = 86_400;

/** How long a client may go on before its user has to agree again. Seconds. */
export const SESSION_S = 90 * DAY_S;

/** The parts that differ from server to server. */
export interface ServerParts {
  /** The MCP endpoint, the one resource (RFC 8707). */
  readonly resource: string;
  readonly adapter: NonNullable<Configuration['adapter']>;
  readonly cookieKeys: readonly string[];
  readonly jwks: JWKS;
  readonly fetch: NonNullable<Configuration['fetch']>;
  readonly secure: boolean;
}

/**
 * An authorization server for MCP clients: authorization codes with PKCE for public clients, opaque access tokens for
 * one resource, and refresh tokens that are used once. There is no OpenID Connect: who the user is is nobody's business.
 */
export function providerConfiguration({
  resource,
  adapter,
  cookieKeys,
  jwks,
  fetch,
  secure,
}: ServerParts): Configuration {
  const cookie = { httpOnly: true, sameSite: 'lax', secure, signed: true } as const;
  return {
    adapter,
    jwks,
    fetch,
    cookies: { keys: [...cookieKeys], long: cookie, short: cookie },
    routes: ROUTES,
    scopes: [MCP_SCOPE, 'offline_access'],
    responseTypes: ['code'],
    clientAuthMethods: ['none'],
    clientDefaults: CLIENT_DEFAULTS,
    pkce: { required: () => true },
    ttl: {
      AccessToken: 10 * MINUTE_S,
      AuthorizationCode: MINUTE_S,
      Grant: SESSION_S,
      Interaction: 10 * MINUTE_S,
      RefreshToken: 30 * DAY_S,
      Session: 10 * MINUTE_S,
    },
    rotateRefreshToken: true,
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    // The page of it is ours.
    renderError: (context, out) => {
      context.type = 'json';
      context.body = out;
    },
    interactions: { policy: askEachTime(), url: (_, { uid }) => `/connect/clients/${uid}` },
    features: features(resource),
  };
}

const ROUTES = {
  authorization: '/oauth2/authorize',
  token: '/oauth2/token',
  registration: '/oauth2/register',
  revocation: '/oauth2/revoke',
  jwks: '/oauth2/jwks',
} as const;

/** Native (RFC 8252): loopback and private-use redirect URIs are theirs, and any port of this machine. */
const CLIENT_DEFAULTS = {
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token'],
  id_token_signed_response_alg: 'ES256',
  token_endpoint_auth_method: 'none',
} as const;

function features(resource: string): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: false },
    revocation: { enabled: true },
    registration: { enabled: true, issueRegistrationAccessToken: false },
    clientIdMetadataDocument: { enabled: true, ack: 'draft-02' },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, asked) => {
        if (asked !== resource) throw new errors.InvalidTarget();
        return { scope: MCP_SCOPE, audience: resource, accessTokenFormat: 'opaque' };
      },
    },
  };
}

/** The user is asked each time: a client that could go on by itself would let any page start it (RFC 9700, section 4.16). */
function askEachTime() {
  const policy = interactionPolicy.base();
  const check = new interactionPolicy.Check(
    'each_time',
    'the user is asked each time',
    (context) => context.oidc.result?.login === undefined,
  );
  policy.get('login')?.checks.add(check);
  return policy;
}
