import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Audits, FollowLog, type AuditEvent } from '../audit/index.js';
import { Clock, Jobs, Log, type Transaction } from '../platform/index.js';
import { DeliverMessages } from './deliver-messages.js';
import { DeliveriesRepository, type NewMessage } from './deliveries.repository.js';
import { toldOf, TOLD_AUDIT_TYPES } from './webhook-events.js';

/** Of its position in the log. */
export const FOLLOWER = 'valetkey:webhooks';
const EVERY_MS = 500;

/**
 * Writes for each endpoint the messages that follow from the audit log. They are derived from what is recorded, so that
 * no room has to tell anybody, and nothing that happened is left out or told twice by a crash.
 */
@Audits('webhook.failed', 'webhook.disabled')
@Injectable()
export class TellEvents implements OnApplicationBootstrap {
  constructor(
    private readonly follow: FollowLog,
    private readonly rows: DeliveriesRepository,
    private readonly deliver: DeliverMessages,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'writing messages for webhooks', async () => {
      await this.run();
      await this.deliver.beginDue();
    });
  }

  /** Writes the messages of all events that are new. */
  run(): Promise<void> {
    return this.follow.followLog({
      name: FOLLOWER,
      types: TOLD_AUDIT_TYPES,
      write: (tx, events) => this.write(tx, events),
    });
  }

  private async write(tx: Transaction, events: readonly AuditEvent[]): Promise<void> {
    await this.rows.write(
      tx,
      events.flatMap((event) => this.messagesOf(event)),
      this.clock.date(),
    );
  }

  private messagesOf(event: AuditEvent): NewMessage[] {
    try {
      return toldOf(event).map(({ type, objectId, data }, n) => ({
        id: messageId(event.id, n),
        seq: event.seq,
        type,
        objectId,
        userId: event.userId,
        body: JSON.stringify({ type, timestamp: event.at.toISOString(), data }),
      }));
    } catch (error) {
      // One event that this version cannot read must not keep all later ones from being told.
      this.log.error('an event of the audit log was not told', {
        eventId: event.id,
        type: event.type,
        error,
      });
      return [];
    }
  }
}

/** Of the n-th message about an event: the same whoever writes it. */
function messageId(eventId: string, n: number): string {
  const id = eventId.replace(/^evt_/, 'msg_');
  return n === 0 ? id : `${id}_${n + 1}`;
}
