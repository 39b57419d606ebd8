import type { AuditEvent } from '../api-types';

/** Outcomes that do not name their intent, for work that can end otherwise than it was intended. */
const ENDS: Record<string, readonly string[]> = {
  'token_set.refreshed': ['token_set.refreshed', 'token_set.refresh_failed', 'connection.expired'],
  'authorization.completed': ['authorization.completed', 'authorization.failed', 'authorization.denied'],
};
/** Several of these may be under way for one connection at once: their outcome names the intent. */
const CALLS = new Set(['action.run', 'request.forwarded']);

const about = ({ detail, connectionId }: AuditEvent) =>
  detail?.['authorizationId'] ?? detail?.['revocationId'] ?? connectionId;

const ends = (intent: AuditEvent, event: AuditEvent): boolean => {
  if (event.detail?.['intent'] === intent.id) return true;
  if (CALLS.has(intent.type) || event.seq < intent.seq) return false;
  const subject = about(intent);
  return (
    (ENDS[intent.type] ?? [intent.type]).includes(event.type) &&
    subject !== undefined &&
    subject === about(event)
  );
};

export const isIntent = ({ outcome }: AuditEvent): boolean => outcome === 'intended';

/** An intent that has ended is represented by its outcome alone; one without an outcome stays. */
export const withoutEndedIntents = (events: AuditEvent[], outcomes: readonly AuditEvent[]): AuditEvent[] =>
  events.filter((event) => !isIntent(event) || !outcomes.some((outcome) => ends(event, outcome)));
