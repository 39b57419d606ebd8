import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { TrustedKeys, type Checkpoint } from '@valetkey/audit-log';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Jobs, Log } from '../../platform/index.js';
import type { Anchor } from '../anchors/anchor.js';
import { openAnchor } from '../anchors/open-anchor.js';
import { OutsideError } from '../anchors/outside-error.js';
import { AuditKeys } from '../audit-keys.js';
import { AuditsNothing } from '../audited.js';
import { StoredTree } from '../stored-tree.js';

const EVERY_MS = 60_000;

/** A checkpoint of ours that is published, and that this tree contradicts. */
export interface Fork {
  /** Where it was found. */
  readonly place: string;
  /** Leaves of the tree that was published. */
  readonly publishedSize: number;
}

/**
 * Keeps a database that was restored from an older backup, or lost commits, from having two histories signed under one
 * name: a tree that is shorter than a published checkpoint of it, or has another root there, is not signed any more. It
 * goes on under another origin only, which the operator sets.
 */
@AuditsNothing('compares what is signed with what was published; it is no access')
@Injectable()
export class ForkGuard implements OnApplicationBootstrap {
  private readonly anchors: readonly Anchor[];
  private readonly origin: string;
  private found: Fork | undefined;
  private isChecked = false;

  constructor(
    @Inject(SETTINGS_TOKEN) { auditAnchors, auditOrigin }: Settings,
    private readonly keys: AuditKeys,
    private readonly tree: StoredTree,
    private readonly jobs: Jobs,
    private readonly log: Log,
  ) {
    this.anchors = auditAnchors.map(openAnchor);
    this.origin = auditOrigin;
  }

  async onApplicationBootstrap(): Promise<void> {
    const job = this.jobs.every(
      EVERY_MS,
      'comparing the audit log with what was published of it',
      () => this.check(),
      'each process',
    );
    await job?.run();
  }

  /** The published checkpoint that this tree contradicts. */
  get fork(): Fork | undefined {
    return this.found;
  }

  /** Whether a head of the tree may be signed: not before it was compared once. */
  get maySign(): boolean {
    return this.isChecked && this.found === undefined;
  }

  /** Compares the tree with the anchors that can be read; what one of them says stays said while it is away. */
  async check(): Promise<void> {
    const forks = await Promise.all(this.anchors.map((anchor) => this.forkIn(anchor)));
    const found = forks.find((fork) => fork !== undefined);
    if (found && !this.found)
      this.log.error('the audit log is not signed: it contradicts a checkpoint that was published', {
        ...found,
        origin: this.origin,
      });
    this.found = found;
    this.isChecked = true;
  }

  private async forkIn(anchor: Anchor): Promise<Fork | undefined> {
    const { name } = anchor;
    try {
      const published = await this.own(await anchor.newest(await this.tree.size()));
      for (const { size, root } of published.sort((a, b) => b.size - a.size))
        if (!(await this.tree.isAt(size, root))) return { place: name, publishedSize: size };
      return undefined;
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      this.log.warn('the audit log was not compared with an anchor', { anchor: name, reason: error.message });
      return this.found?.place === name ? this.found : undefined;
    }
  }

  /** Checkpoints of this log under its present name; others may lie in the same place. */
  private async own(notes: readonly string[]): Promise<Checkpoint[]> {
    if (notes.length === 0) return [];
    const keys = new TrustedKeys(await this.keys.publicKeys());
    return notes.flatMap((note) => {
      const checkpoint = keys.checkpoint(note);
      return checkpoint?.origin === this.origin ? [checkpoint] : [];
    });
  }
}
