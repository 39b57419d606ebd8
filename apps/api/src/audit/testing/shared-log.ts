import { createWorld, type TestApp, type World } from '../../platform/testing/index.js';
import type { NewAuditEvent } from '../audit-event.js';
import { Audit } from '../audit.js';
import { AuditModule } from '../audit.module.js';

/** One audit log on a database of its own, and two processes that record in it. */
export interface SharedLog extends World<readonly [TestApp, TestApp]> {
  auditOf(app: number): Audit;
}

export async function createSharedLog(env: Readonly<Record<string, string>> = {}): Promise<SharedLog> {
  const world = await createWorld({ rooms: [AuditModule], env, processes: 2 });
  return { ...world, auditOf: (app) => (world.apps[app] ?? world.apps[0]).get(Audit) };
}

/** An event to record. */
export function newEvent(more: Partial<NewAuditEvent> = {}): NewAuditEvent {
  return {
    type: 'access_token.read',
    outcome: 'succeeded',
    actor: { type: 'agent', id: 'agt_spec' },
    ...more,
  };
}
