import type { Caller, MayShow } from '../platform/index.js';
import type { AuditEvent } from './audit-event.js';
import type { AuditFilter } from './search/audit-filter.js';
import { viewAgentEvent, viewAuditEvent, viewOwnEvent } from './audit.schemas.js';

/** A caller who reads events, and the judge of each; without one, every event that the kind of caller may see. */
export interface EventReader extends Pick<Caller, 'type' | 'id'> {
  readonly mayShow?: MayShow | undefined;
}

/** The events that a caller may see: agents and users their own, operators all. */
export function visibleTo({ type, id }: EventReader): Pick<AuditFilter, 'agentId' | 'userId'> {
  if (type === 'agent') return { agentId: id };
  return type === 'user' ? { userId: id } : {};
}

/** Whether this is an event that the caller may see. */
export async function maySee(reader: EventReader, event: AuditEvent): Promise<boolean> {
  const { agentId, userId } = visibleTo(reader);
  if (agentId !== undefined && event.agentId !== agentId) return false;
  if (userId !== undefined && event.userId !== userId) return false;
  const { mayShow } = reader;
  return !mayShow || event.userId === undefined || mayShow({ userId: event.userId });
}

/** An event as this caller sees it. */
export function viewFor({ type, id }: EventReader, event: AuditEvent) {
  if (type === 'user') return viewOwnEvent(event, id);
  return type === 'agent' ? viewAgentEvent(event) : viewAuditEvent(event);
}
