import { Injectable } from '@nestjs/common';
import { leafText, type EventProof, type ProvenEvent } from '@valetkey/audit-log';
import { notFound, Problem } from '../../platform/index.js';
import type { AuditEvent } from '../audit-event.js';
import { AuditInboxRepository } from '../audit-inbox.repository.js';
import { auditRecord } from '../audit-record.js';
import { maySee, viewFor, visibleTo, type EventReader } from '../audit-views.js';
import { Checkpoints } from '../checkpoints.js';
import { AuditSearch } from '../search/audit-search.js';
import { StoredTree } from '../stored-tree.js';

/** Proves to somebody who trusts the log's key alone that an event is in it, and says what it says. */
@Injectable()
export class EventProofs {
  constructor(
    private readonly search: AuditSearch,
    private readonly inbox: AuditInboxRepository,
    private readonly checkpoints: Checkpoints,
    private readonly tree: StoredTree,
  ) {}

  /**
   * The proof of an event that the reader may see.
   * @throws Problem 404, of events that retention has let go too; 409 `event_of_chain`; 503 `event_pending`,
   *   `audit_unsigned`
   */
  async ofEvent(id: string, reader: EventReader): Promise<EventProof> {
    const event = await this.visible(id, reader);
    const leafIndex = await this.tree.leafOf(event.seq);
    if (leafIndex < 0) throw new Problem('event_of_chain');
    const { size, note } = await this.checkpoints.covering(leafIndex + 1);
    const hashes = await this.tree.inclusion(leafIndex, size);
    const shown = provenTo(reader, event);
    return {
      event: shown,
      leaf: leafText(shown),
      inclusion: { leafIndex, treeSize: size, hashes: hashes.map((hash) => hash.toString('hex')) },
      checkpoint: note,
    };
  }

  private async visible(id: string, reader: EventReader): Promise<AuditEvent> {
    const event = await this.search.findEvent(id);
    if (event && (await maySee(reader, event))) return event;
    if (!event && (await this.inbox.has(id, visibleTo(reader)))) throw new Problem('event_pending');
    throw notFound('audit event');
  }
}

/**
 * The event as its proof shows it. One digest covers the whole personal part, so that is shown in full, or, where the
 * reader may not see some of it, only its digest: the salt beside the rest would let the withheld value be guessed.
 */
function provenTo(reader: EventReader, event: AuditEvent): ProvenEvent {
  const { seq: _seq, hash: _hash, ...record } = auditRecord(event);
  const { ip, actor } = viewFor(reader, event);
  if (ip === event.ip && actor.id === event.actor.id) return record;
  const { userId: _user, ip: _ip, arguments: _arguments, salt: _salt, ...kept } = record;
  return {
    ...kept,
    actor: event.actor.type === 'user' ? { type: 'user' } : record.actor,
    detail: {},
  };
}
