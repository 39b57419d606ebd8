import { stringify } from 'csv-stringify/sync';
import type { AuditEvent } from '../audit-event.js';
import { auditRecord, type AuditRecord } from '../audit-record.js';

const COLUMNS: Readonly<Record<string, (record: AuditRecord) => unknown>> = {
  seq: ({ seq }) => seq,
  at: ({ at }) => at,
  id: ({ id }) => id,
  type: ({ type }) => type,
  outcome: ({ outcome }) => outcome,
  actor_type: ({ actor }) => actor.type,
  actor_id: ({ actor }) => actor.id,
  user_id: ({ userId }) => userId,
  agent_id: ({ agentId }) => agentId,
  connection_id: ({ connectionId }) => connectionId,
  task_id: ({ taskId }) => taskId,
  target: ({ target }) => target,
  action: ({ action }) => action,
  request_id: ({ requestId }) => requestId,
  key_id: ({ keyId }) => keyId,
  scopes: ({ scopes }) => scopes?.join(' '),
  duration_ms: ({ durationMs }) => durationMs,
  provider_status: ({ providerStatus }) => providerStatus,
  ip: ({ ip }) => ip,
  arguments: (record) => record.arguments && JSON.stringify(record.arguments),
  detail: ({ detail }) => JSON.stringify(detail),
  hash: ({ hash }) => hash,
};
const NAMES = Object.keys(COLUMNS);

/**
 * Writes events as CSV (RFC 4180), with the names of the columns before the first. A text that a spreadsheet would take
 * for a formula gets an apostrophe before it.
 */
export function auditCsv(): (events: readonly AuditEvent[]) => string {
  let header = true;
  return (events) => {
    const rows = events.map((event) => {
      const record = auditRecord(event);
      return NAMES.map((name) => COLUMNS[name]?.(record));
    });
    const text = stringify(rows, {
      header,
      columns: NAMES,
      escape_formulas: true,
      record_delimiter: 'windows',
    });
    header = false;
    return text;
  };
}
