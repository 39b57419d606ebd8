import { setTimeout as sleep } from 'node:timers/promises';
import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { AuditsNothing, type AuditActor } from '../audit/index.js';
import {
  Clock,
  failurePoint,
  Jobs,
  Log,
  notFound,
  Problem,
  type ListedPage,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import { ConnectionQueue } from '../connections/index.js';
import { RevocationAttempt } from './revocation-attempt.js';
import { RevocationOutcomes } from './revocation-outcomes.js';
import type { Revocation, SealedRevocation } from './revocation.js';
import { RevocationsRepository } from './revocations.repository.js';

const KIND = 'revoke';
const EVERY_MS = 5_000;
/** A process that claimed a revocation and crashed loses it after this time; asking twice is harmless. */
const IN_HAND_MS = 15_000;
/** How long a request that disconnects waits for the provider. */
const PATIENCE_MS = 3_000;
const BATCH = 200;

/**
 * Tells providers that a grant has ended, again and again until they confirm it. The rows are authoritative, jobs only
 * carry their ids.
 */
@AuditsNothing('puts revocations on the queue, which knows what one records')
@Injectable()
export class Revocations implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly inHand = new Set<Promise<void>>();

  constructor(
    private readonly rows: RevocationsRepository,
    private readonly attempt: RevocationAttempt,
    private readonly records: RevocationOutcomes,
    private readonly queue: ConnectionQueue,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.queue.register(KIND, ['connection.revoked'], (id) => this.runRevocation(id));
  }

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'finding revocations that are due', () => this.enqueueDue());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.inHand);
  }

  /** Tries at once and waits briefly, so that the response to a disconnect mostly says that it is confirmed. */
  async begin(id: string): Promise<void> {
    const running = this.runRevocation(id);
    await Promise.race([running, sleep(PATIENCE_MS, undefined, { ref: false })]);
  }

  /**
   * Asks again now, even if it was given up.
   * @throws Problem 404, 409 `revocation_not_retryable`
   */
  async retry(id: string, actor: AuditActor, trace: RequestTrace): Promise<Revocation> {
    const revocation = await this.getRevocation(id);
    if (!(await this.records.reopen(revocation, actor, trace))) throw new Problem('revocation_not_retryable');
    await this.begin(id);
    return this.getRevocation(id);
  }

  /** @throws Problem 404 */
  async getRevocation(id: string): Promise<Revocation> {
    const revocation = await this.rows.findRevocation(id);
    if (!revocation) throw notFound('revocation');
    return revocation;
  }

  listRevocations(page: PageRequest): Promise<ListedPage<Revocation>> {
    return this.rows.listRevocations(page);
  }

  /** Adds these to the queue, for a worker. A job that cannot be added is added by the next scheduled look. */
  async enqueue(ids: readonly string[]): Promise<void> {
    await Promise.race([
      Promise.all(ids.map((id) => this.queue.add(KIND, id))).catch((error: unknown) =>
        this.log.warn('revocations wait for the next round', { error }),
      ),
      sleep(PATIENCE_MS, undefined, { ref: false }),
    ]);
  }

  /** Everything that is due goes on the queue. */
  async enqueueDue(): Promise<void> {
    await this.enqueue(await this.rows.due(this.clock.date(), BATCH));
  }

  /** One attempt, if the revocation is due and no other process has claimed it. It does not throw. */
  async runRevocation(id: string): Promise<void> {
    const work = this.take(id).catch((error: unknown) =>
      // A bug in one attempt must not affect the others, or leave the caller without a response.
      this.log.error('revocation failed', { revocationId: id, error }),
    );
    this.inHand.add(work);
    await work.finally(() => this.inHand.delete(work));
  }

  private async take(id: string): Promise<void> {
    const now = this.clock.now();
    const revocation = await this.rows.take(id, new Date(now), new Date(now + IN_HAND_MS));
    if (!revocation) return;
    await this.finish(revocation);
    failurePoint('revoke.confirmed');
  }

  private async finish(revocation: SealedRevocation): Promise<void> {
    const connector = await this.records.connectorOf(revocation);
    const attempt = connector
      ? await this.attempt.attemptRevocation(revocation, connector)
      : ({ end: 'not_supported' } as const);
    if (attempt.end === 'later')
      this.log.warn('revocation not confirmed yet', {
        revocationId: revocation.id,
        attempts: revocation.attempts,
        reason: attempt.why,
      });
    await this.records.ended(revocation, connector, attempt);
  }
}
