import { Injectable } from '@nestjs/common';

/** Whether what was begun with a credential of an agent may still be done. */
type Holds = (credentialId: string, agentId: string) => Promise<boolean>;

/** Rooms to the left that make further credentials for agents, beside their keys, register here when they start. */
@Injectable()
export class AgentCredentialKinds {
  private readonly kinds: Holds[] = [];

  register(holds: Holds): void {
    this.kinds.push(holds);
  }

  async holds(credentialId: string, agentId: string): Promise<boolean> {
    for (const holds of this.kinds) if (await holds(credentialId, agentId)) return true;
    return false;
  }
}
