import type { Caller } from '../platform/index.js';
import type { AuditActor } from './audit-event.js';

/** The caller of a request as the actor of an event. */
export function actorOf({ type, id }: Caller): AuditActor {
  return { type, id };
}
