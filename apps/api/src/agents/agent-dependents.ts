import { Injectable } from '@nestjs/common';
import type { NewAuditEvent } from '../audit/index.js';
import type { Transaction } from '../platform/index.js';
import type { ChangedBy } from './changed-by.js';

/** The authority that has ended: of an agent that was disabled, or of one of its keys that was revoked. */
export interface EndedAuthority {
  readonly agentId: string;
  /** `undefined`: all of them. */
  readonly keyId?: string | undefined;
}

/** A room to the left that stores work to be done later in an agent's name. */
export interface AgentDependent {
  /**
   * Cancels work that has not begun, in the transaction that ends the authority.
   * @returns the events of that, to be recorded with it
   */
  callOff(tx: Transaction, ended: EndedAuthority, by: ChangedBy): Promise<readonly NewAuditEvent[]>;
}

/** The room that acts later for agents registers here when it starts. */
@Injectable()
export class AgentDependents {
  private registered: AgentDependent | undefined;

  register(dependent: AgentDependent): void {
    this.registered = dependent;
  }

  async callOff(tx: Transaction, ended: EndedAuthority, by: ChangedBy): Promise<readonly NewAuditEvent[]> {
    return (await this.registered?.callOff(tx, ended, by)) ?? [];
  }
}
