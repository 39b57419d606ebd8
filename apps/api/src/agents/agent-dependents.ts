import { Injectable } from '@nestjs/common';
import type { NewAuditEvent } from '../audit/index.js';
import type { Transaction } from '../platform/index.js';
import type { ChangedBy } from './changed-by.js';

/** Whose authority has ended: an agent that was disabled, or one of its keys that was revoked. */
export interface EndedAuthority {
  readonly agentId: string;
  /** `undefined`: all of them. */
  readonly keyId?: string | undefined;
}

/** What a room to the left keeps for agents that acts later in their name. */
export interface AgentDependent {
  /**
   * Calls off what was not begun, in the transaction that ends the authority.
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
