import { TWIN_CLIENT_IDS, TWIN_CLIENT_SECRETS } from './seed.js';

/** One connector of the connectors file. */
export interface TwinConnector {
  target: string;
  preset: string;
  clientId: string;
  clientSecret: string;
  endpoints: Record<string, string>;
}

/** A Valetkey connectors file. */
export interface ConnectorsFile {
  connectors: TwinConnector[];
  providers: Record<string, Record<string, string | string[]>>;
}

/** The content of the connectors file. */
export interface ConnectorsFileOptions {
  /** Only these targets; default google, github, github-app and dropbox. */
  targets?: string[];
}

/** The targets of all connectors that a twin can serve. */
export const TWIN_TARGETS: readonly string[] = ['google', 'github', 'github-app', 'dropbox'];

/** The Valetkey connectors file whose every endpoint is at the twin. */
export function connectorsFileFor(url: string, options: ConnectorsFileOptions = {}): ConnectorsFile {
  const base = url.replace(/\/$/, '');
  const connectors: TwinConnector[] = [
    {
      target: 'google',
      preset: 'google',
      clientId: TWIN_CLIENT_IDS.google,
      clientSecret: TWIN_CLIENT_SECRETS.google,
      endpoints: {
        issuer: `${base}/google`,
        authorization: `${base}/google/o/oauth2/v2/auth`,
        token: `${base}/google/token`,
        revocation: `${base}/google/revoke`,
        userinfo: `${base}/google/oauth2/v3/userinfo`,
        jwks: `${base}/google/oauth2/v3/certs`,
      },
    },
    githubConnector(base, 'github', 'github'),
    githubConnector(base, 'github-app', 'githubApp'),
    {
      target: 'dropbox',
      preset: 'dropbox',
      clientId: TWIN_CLIENT_IDS.dropbox,
      clientSecret: TWIN_CLIENT_SECRETS.dropbox,
      endpoints: {
        authorization: `${base}/dropbox/oauth2/authorize`,
        token: `${base}/dropbox/api/oauth2/token`,
        revocation: `${base}/dropbox/api/2/auth/token/revoke`,
        userinfo: `${base}/dropbox/api/2/users/get_current_account`,
      },
    },
  ];
  const { targets } = options;
  return {
    connectors: connectors.filter(({ target }) => !targets || targets.includes(target)),
    providers: {
      'google-calendar': { apiBaseUrl: `${base}/google/calendar/v3` },
      gmail: { apiBaseUrl: `${base}/google/gmail/v1` },
      'google-drive': {
        apiBaseUrl: `${base}/google/drive/v3`,
        uploadBaseUrl: `${base}/google/upload/drive/v3`,
      },
      github: { apiBaseUrl: `${base}/github/api` },
      dropbox: { apiBaseUrl: `${base}/dropbox/api/2`, contentBaseUrl: `${base}/dropbox/content/2` },
    },
  };
}

function githubConnector(base: string, target: string, client: 'github' | 'githubApp'): TwinConnector {
  return {
    target,
    preset: 'github',
    clientId: TWIN_CLIENT_IDS[client],
    clientSecret: TWIN_CLIENT_SECRETS[client],
    endpoints: {
      authorization: `${base}/github/login/oauth/authorize`,
      token: `${base}/github/login/oauth/access_token`,
      revocation: `${base}/github/api/applications/${TWIN_CLIENT_IDS[client]}/grant`,
      userinfo: `${base}/github/api/user`,
    },
  };
}
