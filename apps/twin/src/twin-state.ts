import type { JWK } from 'jose';
import type { DropboxState } from './dropbox/dropbox-state.js';
import type { GithubState } from './github/github-state.js';
import type { GoogleState } from './google/google-state.js';
import type { ProviderName } from './provider-name.js';
import type {
  Account,
  AuthorizationCode,
  Grant,
  OAuthClient,
  PendingConsent,
  Token,
} from './oauth/records.js';

/** Everything the twin remembers. Secrets are kept as hashes only. */
export interface TwinState {
  version: 1;
  clockOffsetMs: number;
  signingKey: JWK;
  clients: Map<string, OAuthClient>;
  accounts: Account[];
  signedIn: Map<ProviderName, string>;
  consents: Map<string, PendingConsent>;
  codes: Map<string, AuthorizationCode>;
  grants: Map<string, Grant>;
  tokens: Map<string, Token>;
  google: GoogleState;
  github: GithubState;
  dropbox: DropboxState;
}
