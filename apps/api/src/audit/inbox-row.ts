import { randomBytes } from 'node:crypto';
import { newId, storable } from '../platform/index.js';
import type { NewAuditEvent } from './audit-event.js';

const SALT_BYTES = 16;

/** A row of `audit_inbox` as JSON: names of columns, and values as PostgreSQL reads them. */
export interface InboxRow {
  readonly id: string;
  readonly [column: string]: unknown;
}

/** The event as a row of the inbox, with an id and the salt of its personal part. */
export function inboxRow(event: NewAuditEvent, at: Date): InboxRow {
  const { actor, scopes, arguments: args, detail } = event;
  return {
    id: newId('evt'),
    at,
    type: event.type,
    outcome: event.outcome,
    actor_type: actor.type,
    actor_id: storable(actor.id),
    user_id: storable(event.userId),
    agent_id: storable(event.agentId),
    connection_id: storable(event.connectionId),
    task_id: storable(event.taskId),
    target: storable(event.target),
    action: storable(event.action),
    request_id: storable(event.requestId),
    key_id: storable(event.keyId),
    scopes: scopes && scopes.length > 0 ? storable(scopes).join(' ') : undefined,
    duration_ms: rounded(event.durationMs),
    provider_status: rounded(event.providerStatus),
    ip: storable(event.ip),
    arguments: args && storable(asJson(args)),
    detail: detail ? storable(asJson(detail)) : {},
    salt: `\\x${randomBytes(SALT_BYTES).toString('hex')}`,
  };
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value);
}

/** Dates as texts, and nothing that is undefined. */
function asJson<T extends object>(value: T): T {
  for (const _name in value) return JSON.parse(JSON.stringify(value)) as T;
  return value;
}
