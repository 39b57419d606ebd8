import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Clock, Jobs, Log, Problem, type Job } from '../platform/index.js';
import { AnchorError, type Anchor } from './anchors/anchor.js';
import { openAnchor } from './anchors/open-anchor.js';
import { AuditsNothing } from './audited.js';
import type { CheckpointRecord } from './checkpoint.js';
import { CheckpointsRepository, type AnchorState } from './checkpoints.repository.js';
import { Sequencer } from './sequencer.js';
import { SignedTree, type NewestTree } from './signed-tree.js';

/** An event younger than this can be rewritten by anybody who has the database. */
const EVERY_MS = 60_000;
const LAST_RUN_MS = 5_000;
const BATCH = 200;
const DAY_MS = 86_400_000;

/** The state of the log, known without reading it. */
export interface LogState {
  readonly size: number;
  /** Hex. */
  readonly root: string;
  readonly firstSeq: number;
  /** Leaves of the newest tree that a checkpoint vouches for. */
  readonly signedSize: number;
  /** Events that are committed and wait for their place, and since when the oldest does. */
  readonly pending: number;
  readonly pendingSince: Date | undefined;
  readonly anchors: readonly AnchorState[];
}

/**
 * Keeps a signed head of the tree a minute, here and outside: an attacker who rewrites the database cannot rewrite the
 * anchors.
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
    private readonly tree: SignedTree,
    private readonly sequencer: Sequencer,
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

  /** Keeps the newest head, unless there is a checkpoint of it already. */
  async make(): Promise<void> {
    const { size, root, note } = await this.tree.newest();
    if (note === undefined || size <= (await this.newestSize())) return;
    await this.rows.add({ size, root, at: this.clock.date().toISOString(), note });
  }

  /**
   * A kept checkpoint of a tree with at least so many leaves: the newest one, or that of now.
   * @throws Problem 503 `audit_unsigned`
   */
  async covering(size: number): Promise<CheckpointRecord> {
    const kept = await this.rows.newest();
    if (kept && kept.size >= size) return kept;
    await this.make();
    const made = await this.rows.newest();
    if (!made || made.size < size) throw new Problem('audit_unsigned');
    return made;
  }

  /** The kept checkpoint of a tree of this size. @throws Problem 404 */
  async ofSize(size: number): Promise<CheckpointRecord> {
    const found = await this.rows.ofSize(size);
    if (!found) throw new Problem('not_found', { thing: `checkpoint of ${size} leaves` });
    return found;
  }

  /**
   * Sends every anchor the checkpoints that it lacks, in order and at least once. An anchor that fails is tried again.
   */
  async anchor(): Promise<void> {
    await Promise.all(this.anchors.map((anchor) => this.bring(anchor)));
  }

  async state(): Promise<LogState> {
    const [{ count: pending, since: pendingSince }, { size, root, firstSeq }, signedSize, anchors] =
      await Promise.all([
        this.sequencer.pending(),
        this.tree.newest(),
        this.newestSize(),
        Promise.all(this.anchors.map(({ name }) => this.rows.anchor(name))),
      ]);
    return { size, root, firstSeq, signedSize, pending, pendingSince, anchors };
  }

  newest(): Promise<NewestTree> {
    return this.tree.newest();
  }

  /** Oldest first, of trees larger than `size`. */
  list(size: number, limit: number): Promise<CheckpointRecord[]> {
    return this.rows.after(size, limit);
  }

  private async newestSize(): Promise<number> {
    return (await this.rows.newest())?.size ?? 0;
  }

  private async bring(anchor: Anchor): Promise<void> {
    const { name } = anchor;
    const { throughSize, failedAt } = await this.rows.anchor(name);
    try {
      let from = throughSize;
      for (;;) {
        const records = await this.list(from, BATCH);
        const last = records.at(-1);
        if (!last) break;
        await anchor.put(records);
        from = last.size;
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
