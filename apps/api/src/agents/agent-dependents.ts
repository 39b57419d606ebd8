import { Injectable } from '@nestjs/common';
import type { NewAuditEvent } from '../audit/index.js';
import type { Transaction } from '../platform/index.js';
import type { ChangedBy } from './changed-by.js';

/** The authority that has ended: of an agent that was disabled, of one of its keys, or of a session in its name. */
export interface EndedAuthority {
  readonly agentId: string;
  /** `undefined`: all of them. */
  readonly keyId?: string | undefined;
  /** How it ended, in the events of what it takes with it. */
  readonly code: 'agent_disabled' | 'agent_key_revoked' | 'session_ended';
}

/** A room to the left that stores work to be done later in an agent's name. */
export interface AgentDependent {
  /**
   * Cancels work that has not begun, in the transaction that ends the authority.
   * @returns the events of that, to be recorded with it
   */
  callOff(tx: Transaction, ended: EndedAuthority, by: ChangedBy): Promise<readonly NewAuditEvent[]>;
}

/** The rooms that act later for agents register here when they start. */
@Injectable()
export class AgentDependents {
  private readonly registered: AgentDependent[] = [];

  register(dependent: AgentDependent): void {
    this.registered.push(dependent);
  }

  async callOff(tx: Transaction, ended: EndedAuthority, by: ChangedBy): Promise<readonly NewAuditEvent[]> {
    const events: NewAuditEvent[] = [];
    for (const dependent of this.registered) events.push(...(await dependent.callOff(tx, ended, by)));
    return events;
  }
}
