import type { AuditEvent, AuditIntent, AuditType } from '../audit/index.js';

/** Outcomes that do not name their intent, for work that can end otherwise than it was intended. */
const ENDS: Partial<Record<AuditType, readonly AuditType[]>> = {
  'token_set.refreshed': ['token_set.refreshed', 'token_set.refresh_failed', 'connection.expired'],
  'authorization.completed': ['authorization.completed', 'authorization.failed', 'authorization.denied'],
};
/** Several of these may be under way for one connection at once: their outcome names the intent. */
const CALLS: ReadonlySet<AuditType> = new Set(['action.run', 'request.forwarded']);

/** The intents among these events, and what would end each. */
export function intentsAmong(events: readonly AuditEvent[]): AuditIntent[] {
  return events
    .filter(({ outcome }) => outcome === 'intended')
    .map(({ id, at, seq, type, detail, connectionId }) => ({
      id,
      position: { at, seq },
      ends: CALLS.has(type) ? [] : (ENDS[type] ?? [type]),
      about: textOf(detail['authorizationId'] ?? detail['revocationId']) ?? connectionId,
    }));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
