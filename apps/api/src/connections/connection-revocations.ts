import { Injectable } from '@nestjs/common';
import type { Connector } from '../connectors/index.js';
import type { Grant } from '../oauth/index.js';
import type { Connection } from './connection.js';

/**
 * `pending`: the provider has not confirmed yet and is asked again. `confirmed`: the tokens are dead there.
 * `not_supported`: the provider offers no way. `given_up`: it did not confirm for a month; an operator can try again.
 */
export type RevocationStatus = 'pending' | 'confirmed' | 'not_supported' | 'given_up';

/** How far the end of a token set at its provider has come. */
export interface RevocationProgress {
  readonly id: string;
  readonly status: RevocationStatus;
  readonly createdAt: Date;
  readonly finishedAt?: Date | undefined;
}

/** What connections need of the room that revokes. */
export interface Revoker {
  /** Has a token set revoked that a provider gave and that no connection will hold. */
  revoke(connection: Connection, grant: Grant & { readonly connector: Connector }, at: Date): Promise<void>;
  /** The newest revocation of each of these connections, by the connection's id. */
  newestOf(connectionIds: readonly string[]): Promise<ReadonlyMap<string, RevocationProgress>>;
}

/** The room that revokes registers here when it starts. */
@Injectable()
export class ConnectionRevocations {
  private registered: Revoker | undefined;

  register(revoker: Revoker): void {
    this.registered = revoker;
  }

  /** @throws Error when the application is put together without it */
  get(): Revoker {
    if (!this.registered) throw new Error('no room has registered to revoke tokens');
    return this.registered;
  }
}
