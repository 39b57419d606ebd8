import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/index.js';

type HasLater = (tx: Transaction, connectionId: string, obtainedAt: Date) => Promise<boolean>;

/** The room of the consents registers here how it tells which of two consents of a connection came later. */
@Injectable()
export class LaterConsents {
  private registered: HasLater | undefined;

  register(hasLater: HasLater): void {
    this.registered = hasLater;
  }

  /**
   * Whether the connection got tokens by another and later consent than the one of `obtainedAt`.
   * @throws Error when the application is put together without that room
   */
  hasLater(...of: Parameters<HasLater>): Promise<boolean> {
    if (!this.registered) throw new Error('no room has registered to tell which consent came later');
    return this.registered(...of);
  }
}
