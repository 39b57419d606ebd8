/**
 * `started`: the user is on the way. `exchanging`: a process is redeeming the code. `verified`: tokens obtained, not
 * yet stored (the guide's API stores in a step of its own). `completed`, `denied`, `failed` are final.
 */
export type AuthorizationStatus =
  'created' | 'started' | 'exchanging' | 'verified' | 'completed' | 'denied' | 'failed';

/** One authorization of a user at a provider. */
export interface Authorization {
  readonly id: string;
  /** `verification`: the calling app receives the callback (guide). `hosted`: our own page and callback. */
  readonly kind: 'verification' | 'hosted';
  readonly userId: string;
  readonly connectorId: string;
  readonly agentId?: string | undefined;
  readonly status: AuthorizationStatus;
  readonly error?: string | undefined;
  readonly stateHash?: Uint8Array | undefined;
  readonly browserHash?: Uint8Array | undefined;
  readonly redirectUri: string;
  /** The address that the user is sent to after our own callback. */
  readonly returnUri?: string | undefined;
  readonly requestedScopes: readonly string[];
  /** Titles of the actions that the scopes are for, for the consent page. */
  readonly reasons: readonly string[];
  readonly sealed?: Uint8Array | undefined;
  readonly connectionId?: string | undefined;
  /** The connection that this authorization upgrades or revives: another account is refused. */
  readonly forConnectionId?: string | undefined;
  /** The alias of the connection that it makes. */
  readonly alias?: string | undefined;
  /** When the provider gave the tokens, and with which scopes. */
  readonly obtainedAt?: Date | undefined;
  readonly grantedScopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** One with sealed content: the data that the callback needs, or the grant. */
export type SealedAuthorization = Authorization & { readonly sealed: Uint8Array };

/** How long a user has from the link to the callback. */
export const AUTHORIZATION_MS = 10 * 60_000;

/** The data that only the callback needs, sealed with the record. */
export interface PkceSecrets {
  readonly codeVerifier?: string | undefined;
  readonly nonce?: string | undefined;
  /** Scopes as they were sent, base scopes included. */
  readonly sentScopes: readonly string[];
}

export function pkceBinding({ id, userId }: Pick<Authorization, 'id' | 'userId'>) {
  return { purpose: 'authorization.dance', rowId: id, userId };
}

export function grantBinding({ id, userId }: Pick<Authorization, 'id' | 'userId'>) {
  return { purpose: 'authorization.grant', rowId: id, userId };
}
