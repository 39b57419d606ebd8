import {
  createTestApp,
  createTestDatabase,
  type TestApp,
  type TestDatabase,
} from '../../platform/testing/index.js';
import type { NewAuditEvent } from '../audit-event.js';
import { Audit } from '../audit.js';
import { AuditModule } from '../audit.module.js';

/** One audit log on a database of its own, and two processes that record in it. */
export interface SharedLog {
  readonly database: TestDatabase;
  readonly apps: readonly [TestApp, TestApp];
  auditOf(app: number): Audit;
  close(): Promise<void>;
}

export async function createSharedLog(env: Readonly<Record<string, string>> = {}): Promise<SharedLog> {
  const database = await createTestDatabase();
  const start = () => createTestApp({ modules: [AuditModule], databaseUrl: database.url, env });
  const apps = await Promise.all([start(), start()]);
  return {
    database,
    apps,
    auditOf: (app) => (apps[app] as TestApp).get(Audit),
    close: async () => {
      await Promise.all(apps.map((app) => app.close()));
      await database.drop();
    },
  };
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
