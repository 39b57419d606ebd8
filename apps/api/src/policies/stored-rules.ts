import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditsNothing } from '../audit/index.js';
import { Clock, Log } from '../platform/index.js';
import { PoliciesRepository } from './policies.repository.js';
import { RuleFaults } from './rule-faults.js';

/**
 * Tells of stored rules that could not be stored today: from before they were checked, or about an action that is gone.
 * They stay in force as far as they hold for anything; to refuse everything for one of them would be an outage.
 */
@Injectable()
@AuditsNothing('reads the rules when the process starts and writes to the log of the process')
export class StoredRules implements OnApplicationBootstrap {
  constructor(
    private readonly repository: PoliciesRepository,
    private readonly faults: RuleFaults,
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    void this.look();
  }

  private async look(): Promise<void> {
    try {
      for (const { name, text } of await this.repository.inForce(this.clock.date())) {
        const fault = await this.faults.of(text);
        if (fault !== undefined) this.log.warn('a policy does not hold as it is written', { name, fault });
      }
    } catch (error) {
      this.log.warn('the policies could not be looked through', { error });
    }
  }
}
