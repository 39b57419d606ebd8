import type { AuditType, OwnEvent } from '../../audit/index.js';

/** How work can end whose outcome does not name its intent, where it can end otherwise than as it was intended. */
const ENDS: Partial<Record<AuditType, readonly AuditType[]>> = {
  'token_set.refreshed': ['token_set.refreshed', 'token_set.refresh_failed', 'connection.expired'],
  'authorization.completed': ['authorization.completed', 'authorization.failed', 'authorization.denied'],
};
/** Many of these may be under way for one connection at once. */
const CALLS: ReadonlySet<AuditType> = new Set(['action.run', 'request.forwarded']);

/** The ids of intents whose outcome is among these events, which come newest first. */
export function answered(events: readonly OwnEvent[]): Set<string> {
  const named = new Set<unknown>();
  const ended = new Set<string>();
  const done = new Set<string>();
  for (const event of events) {
    const { id, type, outcome, detail } = event;
    if (outcome !== 'intended') {
      named.add(detail['intent']);
      ended.add(`${type} ${subjectOf(event)}`);
    } else if (
      named.has(id) ||
      (!CALLS.has(type) && (ENDS[type] ?? [type]).some((end) => ended.has(`${end} ${subjectOf(event)}`)))
    ) {
      done.add(id);
    }
  }
  return done;
}

/** What the work was about. */
function subjectOf({ detail, connectionId }: OwnEvent): string {
  return String(detail['authorizationId'] ?? detail['revocationId'] ?? connectionId);
}
