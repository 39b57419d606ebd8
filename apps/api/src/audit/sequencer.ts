import { Injectable, type OnApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { CompactRange, leafHash, personalDigest, type Node } from '@valetkey/audit-log';
import { failurePoint, Jobs, Log, randomSecret, SingleFlight } from '../platform/index.js';
import { AuditInboxRepository, type PendingEvents } from './audit-inbox.repository.js';
import {
  AuditTreeRepository,
  STORED_LEVELS,
  type PendingEvent,
  type TreeState,
} from './audit-tree.repository.js';
import { AuditsNothing } from './audited.js';
import { SignedHead } from './signed-head.js';

/** An event is in the signed tree about this long after its commit. */
const EVERY_MS = 100;
/** Longer than a round takes. A leader that is gone holds up the next for no longer; one that comes back is fenced. */
const LEASE_MS = 2_000;
/** Hashed in one piece: a process that answers requests as well is kept from it for some ten milliseconds. */
const BATCH = 1_000;
/** How long a head that could not be signed waits for the next attempt, if nothing else is to be done. */
const SIGN_AGAIN_MS = 5_000;
const VACUUM_AFTER = 2_000;
const VACUUM_EVERY_MS = 2_000;
/** The longest that a list waits for what was committed before it. */
const PATIENCE_MS = 1_000;
const LOOK_AGAIN_MS = 20;

/**
 * Gives events their places in the log: moves them from the inbox, where they were committed, into the Merkle tree, and
 * has its head signed. One process leads at a time; workers take the lead in turn, for a round.
 */
@AuditsNothing('gives recorded events their places; it is no access')
@Injectable()
export class Sequencer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly holder = randomSecret(9);
  private readonly flight = new SingleFlight<void>();
  private movedSinceVacuum = 0;
  private vacuumedAt = 0;
  private signAgainAt = 0;

  constructor(
    private readonly tree: AuditTreeRepository,
    private readonly inbox: AuditInboxRepository,
    private readonly head: SignedHead,
    private readonly jobs: Jobs,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'sequencing the audit log', () => this.round());
  }

  /** Gives the events of this process their places before it ends; another does it for those that come later. */
  async onApplicationShutdown(): Promise<void> {
    await this.round().catch(() => undefined);
  }

  /** Moves all that waits, unless another process leads. */
  round(): Promise<void> {
    return this.flight.run('', () => this.lead());
  }

  /**
   * Resolves when everything that was committed before is in the log, or after a second. A process that finds nobody
   * leading does it itself: where no worker runs, lists still show what happened.
   */
  async settled(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    const { expected } = await this.tree.sizes();
    for (;;) {
      if ((await this.tree.sizes()).size >= expected || performance.now() > deadline) return;
      await this.round();
      if ((await this.tree.sizes()).size < expected) await pause(LOOK_AGAIN_MS);
    }
  }

  pending(): Promise<PendingEvents> {
    return this.inbox.pending();
  }

  private async lead(): Promise<void> {
    const maySign = performance.now() >= this.signAgainAt;
    const taken = await this.tree.lead(this.holder, LEASE_MS, maySign);
    if (!taken) return;
    failurePoint('audit.led');
    let state = taken;
    for (;;) {
      const next = await this.append(state);
      if (!next) break;
      if (next === 'lost') return this.log.warn('another process leads the audit log');
      const isLast = next.size - state.size < BATCH;
      state = next;
      if (isLast) break;
      await this.tree.extend(state.epoch, LEASE_MS);
    }
    const note = await this.head.sign(state);
    failurePoint('audit.signed');
    if (note === undefined) this.signAgainAt = performance.now() + SIGN_AGAIN_MS;
    await this.tree.release(state.epoch, note);
    await this.vacuumIfDue(state.size - taken.size);
  }

  private async append(state: TreeState): Promise<TreeState | 'lost' | undefined> {
    const pending = await this.tree.look(BATCH);
    if (pending.length === 0) return undefined;
    const range = CompactRange.fromBytes(state.size, state.edge);
    const leaves = appended(range, pending);
    if (!(await this.tree.move(state, { pending, ...leaves }))) return 'lost';
    failurePoint('audit.moved');
    return { ...state, size: range.size, edge: leaves.edge };
  }

  private async vacuumIfDue(moved: number): Promise<void> {
    this.movedSinceVacuum += moved;
    const now = performance.now();
    if (this.movedSinceVacuum < VACUUM_AFTER || now < this.vacuumedAt + VACUUM_EVERY_MS) return;
    this.movedSinceVacuum = 0;
    this.vacuumedAt = now;
    await this.tree.vacuum();
  }
}

function appended(range: CompactRange, pending: readonly PendingEvent[]) {
  const digests: Buffer[] = [];
  const hashes: Buffer[] = [];
  const nodes: Node[] = [];
  for (const { event } of pending) {
    const personal = personalDigest(event);
    const hash = leafHash(event, personal);
    digests.push(Buffer.from(personal, 'hex'));
    hashes.push(hash);
    range.append(hash, (node) => node.level % STORED_LEVELS === 0 && nodes.push(node));
  }
  return { digests, hashes, nodes, edge: range.toBytes() };
}
