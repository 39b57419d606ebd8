import { Injectable } from '@nestjs/common';
import type { Connector } from '../connectors/index.js';
import type { Grant } from '../oauth/index.js';
import type { Connection } from './connection.js';

/**
 * `pending`: the provider has not confirmed yet and is asked again. `confirmed`: the tokens no longer work there.
 * `not_supported`: the provider has no revocation. `given_up`: it did not confirm for a month; an operator can try
 * again.
 */
export type RevocationStatus = 'pending' | 'confirmed' | 'not_supported' | 'given_up';

/** The progress of a token set's revocation at its provider. */
export interface RevocationProgress {
  readonly id: string;
  readonly status: RevocationStatus;
  readonly createdAt: Date;
  readonly finishedAt?: Date | undefined;
}

/** The part of the revocations' room that connections use. */
export interface Revoker {
  /** Revokes a token set that a provider issued and that no connection will store. */
  revoke(connection: Connection, grant: Grant & { readonly connector: Connector }, at: Date): Promise<void>;
  /** The newest revocation of each of these connections, by the connection's id. */
  newestOf(connectionIds: readonly string[]): Promise<ReadonlyMap<string, RevocationProgress>>;
}

/** The revocations' room registers itself here when it starts. */
@Injectable()
export class ConnectionRevocations {
  private registered: Revoker | undefined;

  register(revoker: Revoker): void {
    this.registered = revoker;
  }

  /** @throws Error when the application is put together without it */
  getRevoker(): Revoker {
    if (!this.registered) throw new Error('no room has registered to revoke tokens');
    return this.registered;
  }
}
