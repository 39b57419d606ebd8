import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Audits } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Log } from '../platform/index.js';
import { RunRewrap } from './run-rewrap.js';
import { VaultKeys } from './vault-keys.js';

const EVERY_MS = 5_000;

/** Every process looks for keys that others made; a worker also takes up re-wraps that nobody works on. */
@Audits('vault.rewrap_finished', 'vault_key.retired')
@Injectable()
export class VaultRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private rewrapping: Promise<void> | undefined;
  private refreshing: Promise<void> | undefined;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly keys: VaultKeys,
    private readonly runRewrap: RunRewrap,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.run(), EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.runRewrap.stop();
    await Promise.all([this.rewrapping, this.refreshing]);
  }

  private run(): void {
    this.refreshing ??= this.guarded('looking for keys', this.keys.refresh()).finally(
      () => (this.refreshing = undefined),
    );
    if (this.settings.role === 'api') return;
    this.rewrapping ??= this.guarded('re-wrapping', this.runRewrap.runDue()).finally(
      () => (this.rewrapping = undefined),
    );
  }

  private async guarded(what: string, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.log.error(`${what} failed; it is tried again`, { error });
    }
  }
}
