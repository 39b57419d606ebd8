import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Clock, Jobs, Log, type Job } from '../platform/index.js';
import { AnchorError, type Anchor } from './anchors/anchor.js';
import { openAnchor } from './anchors/open-anchor.js';
import { AuditKeys } from './audit-keys.js';
import { AuditsNothing } from './audited.js';
import type { CheckpointRecord } from './checkpoint.js';
import { CheckpointsRepository, type AnchorState, type Position } from './checkpoints.repository.js';

/** An event younger than this can be rewritten by anybody who has the database. */
const EVERY_MS = 60_000;
const LAST_RUN_MS = 5_000;
const BATCH = 200;
const DAY_MS = 86_400_000;

/** The state of the chain, known without reading it. */
export interface ChainState {
  readonly head: Position;
  /** The newest link that a checkpoint vouches for. */
  readonly signedThrough: bigint;
  readonly anchors: readonly AnchorState[];
}

/**
 * Signs the head of the chain and stores it outside: an attacker who rewrites the database cannot rewrite the anchors.
 */
@AuditsNothing('a checkpoint vouches for the log; it is no access')
@Injectable()
export class Checkpoints implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly anchors: readonly Anchor[];
  private job: Job | undefined;
  private preparedAt = 0;

  constructor(
    @Inject(SETTINGS_TOKEN) settings: Settings,
    private readonly rows: CheckpointsRepository,
    private readonly keys: AuditKeys,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly log: Log,
  ) {
    this.anchors = settings.auditAnchors.map(openAnchor);
  }

  onApplicationBootstrap(): void {
    this.job = this.jobs.every(EVERY_MS, 'signing the audit log', async () => {
      await this.prepare();
      await this.make();
      await this.anchor();
    });
  }

  /** Once more at the end, if that does not take long. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.job?.stop();
    const timeUp = new Promise((resolve) => setTimeout(resolve, LAST_RUN_MS).unref());
    await Promise.race([this.job?.run(), timeUp]);
  }

  /** Creates the partitions of the months to come; once a day is plenty. */
  async prepare(): Promise<void> {
    const now = this.clock.now();
    if (now < this.preparedAt + DAY_MS) return;
    await this.rows.addMonths();
    this.preparedAt = now;
  }

  /** Signs the newest link, unless a checkpoint vouches for it already. */
  async make(): Promise<void> {
    const { seq, hash } = await this.rows.head();
    if (seq <= (await this.rows.newestSeq())) return;
    const statement = { seq: seq.toString(), hash, at: this.clock.date().toISOString() };
    const signature = await this.keys.sign({ purpose: 'checkpoint', ...statement });
    await this.rows.add({ ...statement, ...signature });
  }

  /**
   * Sends every anchor the checkpoints that it lacks, in order and at least once. An anchor that fails is tried again.
   */
  async anchor(): Promise<void> {
    await Promise.all(this.anchors.map((anchor) => this.bring(anchor)));
  }

  async state(): Promise<ChainState> {
    const [head, signedThrough, anchors] = await Promise.all([
      this.rows.head(),
      this.rows.newestSeq(),
      Promise.all(this.anchors.map(({ name }) => this.rows.anchor(name))),
    ]);
    return { head, signedThrough, anchors };
  }

  /** Oldest first, after `seq`. */
  async list(after: bigint, limit: number): Promise<CheckpointRecord[]> {
    const keys = new Map((await this.keys.publicKeys()).map(({ kid, x }) => [kid, x]));
    return this.rows.after(after, limit, keys);
  }

  private async bring(anchor: Anchor): Promise<void> {
    const { name } = anchor;
    const { throughSeq, failedAt } = await this.rows.anchor(name);
    try {
      let from = throughSeq;
      for (;;) {
        const records = await this.list(from, BATCH);
        const last = records.at(-1);
        if (!last) break;
        await anchor.put(records);
        from = BigInt(last.seq);
        await this.rows.anchored(name, from, this.clock.date());
      }
      if (failedAt) this.log.warn('the audit log is anchored again', { anchor: name });
    } catch (error) {
      const reason = error instanceof AnchorError ? error.message : 'unknown';
      this.log.error('the audit log could not be anchored; it is tried again', { anchor: name, reason });
      await this.rows.anchorFailed(name, this.clock.date(), reason);
    }
  }
}
