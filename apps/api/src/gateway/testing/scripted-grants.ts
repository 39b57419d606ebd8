import type { CatalogueEntry } from '@valetkey/providers';

export const ENTRY_CLIENT = { clientId: 'entry-client', clientSecret: 'entry secret+/=' };

export type ScriptedConnector = Exclude<CatalogueEntry['connector'], string>;

/** One user's consent: its tokens, and their scopes. */
export interface ScriptedGrant {
  readonly entry: string;
  readonly account: string;
  scopes: string[];
  accessToken: string;
  refreshToken: string | undefined;
}

/** A scripted server as its parts see it. */
export interface ScriptedGrants {
  readonly url: string;
  readonly grants: ScriptedGrant[];
  connectorOf(id: string): ScriptedConnector;
  grantOf(id: string, accessToken: string | undefined): ScriptedGrant | undefined;
  /** Ends a grant, as a user does at the provider. */
  end(grant: ScriptedGrant): void;
  /** Notes what no server of the entry would have expected. */
  fault(text: string): void;
}
