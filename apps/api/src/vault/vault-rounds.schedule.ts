import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Audits } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Log, startRounds, type Rounds } from '../platform/index.js';
import { RunRewrap } from './run-rewrap.js';
import { VaultKeys } from './vault-keys.js';

const EVERY_MS = 5_000;

/** Every process looks for keys that others made; a worker also takes up re-wraps that nobody works on. */
@Audits('vault.rewrap_finished', 'vault_key.retired')
@Injectable()
export class VaultRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private rounds: Rounds[] = [];

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly keys: VaultKeys,
    private readonly runRewrap: RunRewrap,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds = [startRounds(this.log, EVERY_MS, 'looking for keys', () => this.keys.refresh())];
    if (this.settings.role === 'api') return;
    this.rounds.push(startRounds(this.log, EVERY_MS, 're-wrapping', () => this.runRewrap.runDue()));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.runRewrap.stop();
    await Promise.all(this.rounds.map((each) => each.stop()));
  }
}
