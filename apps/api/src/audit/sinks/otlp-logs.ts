import type { AuditRecord } from '../audit-record.js';

/** https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITY = {
  intended: { severityNumber: 9, severityText: 'INFO' },
  succeeded: { severityNumber: 9, severityText: 'INFO' },
  failed: { severityNumber: 17, severityText: 'ERROR' },
  denied: { severityNumber: 13, severityText: 'WARN' },
} as const;

/** Attributes that are sent beside the record, so that a receiver can search by them: attribute → member. */
const ATTRIBUTES = {
  'valetkey.audit.id': ({ id }) => id,
  'valetkey.audit.seq': ({ seq }) => seq,
  'valetkey.audit.outcome': ({ outcome }) => outcome,
  'valetkey.audit.hash': ({ hash }) => hash,
  'valetkey.actor.type': ({ actor }) => actor.type,
  'valetkey.actor.id': ({ actor }) => actor.id,
  'valetkey.agent.id': ({ agentId }) => agentId,
  'valetkey.connection.id': ({ connectionId }) => connectionId,
  'valetkey.task.id': ({ taskId }) => taskId,
  'valetkey.target': ({ target }) => target,
  'valetkey.action': ({ action }) => action,
  'valetkey.request.id': ({ requestId }) => requestId,
  'enduser.id': ({ userId }) => userId,
  'client.address': ({ ip }) => ip,
} as const satisfies Record<string, (record: AuditRecord) => string | undefined>;

/**
 * Records as an OTLP `ExportLogsServiceRequest` in JSON. The body of each is the whole record, as an export has it.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function otlpLogs(records: readonly AuditRecord[], line: (record: AuditRecord) => string): string {
  return JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [attribute('service.name', 'valetkey')] },
        scopeLogs: [
          {
            scope: { name: 'valetkey.audit' },
            logRecords: records.map((record) => ({
              timeUnixNano: `${Date.parse(record.at)}000000`,
              ...(SEVERITY[record.outcome as keyof typeof SEVERITY] ?? SEVERITY.succeeded),
              eventName: record.type,
              body: { stringValue: line(record) },
              attributes: Object.entries(ATTRIBUTES).flatMap(([key, read]) => {
                const value = read(record);
                return value === undefined ? [] : [attribute(key, value)];
              }),
            })),
          },
        ],
      },
    ],
  });
}

function attribute(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}
