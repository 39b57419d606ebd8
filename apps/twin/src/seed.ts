import { DROPBOX_ACCOUNTS, seedDropbox } from './dropbox/seed.js';
import { GITHUB_ACCOUNTS, seedGithub } from './github/seed.js';
import { GOOGLE_ACCOUNTS, seedGoogle } from './google/seed.js';
import { generateSigningKey } from './google/signing-key.js';
import type { OAuthClient } from './oauth/records.js';
import type { ProviderName } from './provider-name.js';
import { hashSecret } from './randomness.js';
import type { TwinState } from './twin-state.js';

/** Client ids of the apps that are registered from the start. */
export const TWIN_CLIENT_IDS = {
  google: 'twin-google-client.apps.googleusercontent.com',
  github: 'Ov23twinGithubClient',
  githubApp: 'Iv23twinGithubApp',
  dropbox: 'twindropboxkey1',
} as const;

/** Their secrets. They guard nothing but stand-ins; leak tests search for the words `twin-secret-`. */
export const TWIN_CLIENT_SECRETS = {
  google: 'GOCSPX-twin-secret-4dQ7mZkV0rWcX2',
  github: 'twin-secret-b1946ac92492d2347c6235b4d2611184',
  githubApp: 'twin-secret-591785b794601e212b260e25925636fd',
  dropbox: 'twin-secret-k3v9s1m4q8z2',
} as const;

/** Dropbox permissions that the seeded app has switched on. */
export const DROPBOX_APP_SCOPES = [
  'account_info.read',
  'files.metadata.read',
  'files.metadata.write',
  'files.content.read',
  'files.content.write',
  'sharing.read',
  'sharing.write',
];

/** The twin's memory as it is when nothing has happened yet. */
export async function seedState(nowMs: number, redirectUris: string[]): Promise<TwinState> {
  return {
    version: 1,
    clockOffsetMs: 0,
    signingKey: await generateSigningKey(),
    clients: new Map(seedClients(redirectUris).map((client) => [client.id, client])),
    accounts: structuredClone([...GOOGLE_ACCOUNTS, ...GITHUB_ACCOUNTS, ...DROPBOX_ACCOUNTS]),
    signedIn: new Map<ProviderName, string>([
      ['google', firstId(GOOGLE_ACCOUNTS)],
      ['github', firstId(GITHUB_ACCOUNTS)],
      ['dropbox', firstId(DROPBOX_ACCOUNTS)],
    ]),
    consents: new Map(),
    codes: new Map(),
    grants: new Map(),
    tokens: new Map(),
    google: seedGoogle(nowMs),
    github: seedGithub(nowMs),
    dropbox: seedDropbox(nowMs),
  };
}

function seedClients(redirectUris: string[]): OAuthClient[] {
  const seeded = (provider: ProviderName, name: keyof typeof TWIN_CLIENT_IDS): OAuthClient => ({
    id: TWIN_CLIENT_IDS[name],
    provider,
    name: 'Valetkey demo',
    kind: name === 'githubApp' ? 'github-app' : 'oauth-app',
    project: TWIN_CLIENT_IDS[name],
    secretHash: hashSecret(TWIN_CLIENT_SECRETS[name]),
    redirectUris: [...redirectUris],
    rotatesRefreshTokens: name === 'githubApp',
    reuseRevokesFamily: false,
    ...(provider === 'dropbox' ? { appScopes: DROPBOX_APP_SCOPES } : {}),
  });
  return [
    seeded('google', 'google'),
    seeded('github', 'github'),
    seeded('github', 'githubApp'),
    seeded('dropbox', 'dropbox'),
  ];
}

function firstId(accounts: { id: string }[]): string {
  return accounts[0]?.id ?? '';
}
