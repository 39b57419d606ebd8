import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabaseLog, TrustedKeys, verifyLog, type LogVerdict } from '@valetkey/audit-log';
import { createWorld, type TestApp, type TestDatabase } from '../../platform/testing/index.js';
import { openAnchor } from '../anchors/open-anchor.js';
import { AuditKeys } from '../audit-keys.js';
import { AuditModule } from '../audit.module.js';
import { PublishCheckpoints } from '../publish-checkpoints.js';
import { Sequencer } from '../sequencer.js';
import { noVault } from './no-vault.js';

/** The audit log on a database of its own that the application does not own, with an anchor outside. */
export interface AuditWorld {
  /** As its owner. */
  readonly database: TestDatabase;
  /** With the rights of the application. */
  readonly asApp: TestDatabase['query'];
  readonly app: TestApp;
  readonly anchorUrl: string;
  /** Another process on the same database. */
  start(env?: Readonly<Record<string, string>>): Promise<TestApp>;
  /** Signs the head and stores it in the anchor. */
  anchor(): Promise<void>;
  /** The notes in the anchor. */
  outside(): Promise<string[]>;
  /** Verifies the log as it is in the database, with the anchor's notes, or those given. */
  verdict(notes?: readonly string[]): Promise<LogVerdict>;
  /** Runs statements as the database's owner, verifies the log, and undoes them. */
  tampered(...statements: readonly string[]): Promise<LogVerdict>;
  close(): Promise<void>;
}

export async function createAuditWorld(): Promise<AuditWorld> {
  const world = await createWorld({
    rooms: [AuditModule],
    processes: 0,
    prepare: (each) => each.get(AuditKeys).sealWith(noVault),
  });
  const { database } = world;
  const { url: databaseUrl, query: asApp } = await database.asAppRole();
  const file = join(mkdtempSync(join(tmpdir(), 'valetkey-anchor-')), 'anchor.ndjson');
  const anchorUrl = pathToFileURL(file).href;
  const start = (env: Readonly<Record<string, string>> = {}) =>
    world.start({ databaseUrl, env: { VALETKEY_AUDIT_ANCHORS: anchorUrl, ...env } });
  const app = await start();
  const outside = () => openAnchor(anchorUrl).read();
  const verdict = async (given?: readonly string[]) => {
    await app.get(Sequencer).settled();
    const log = await openDatabaseLog(database.url);
    const notes = [...log.notes, ...(given ?? (await outside()))];
    const keys = new TrustedKeys(log.keys);
    return verifyLog({ ...log, notes, keys, threads: 0 }).finally(() => log.close());
  };
  return {
    database,
    asApp,
    app,
    anchorUrl,
    start,
    outside,
    verdict,
    anchor: async () => {
      await app.get(PublishCheckpoints).publish();
    },
    tampered: (...statements) => tampered(database, statements, verdict),
    close: world.close,
  };
}

const TABLES = ['audit_events', 'audit_tree'];

async function tampered(
  database: TestDatabase,
  statements: readonly string[],
  verdict: () => Promise<LogVerdict>,
): Promise<LogVerdict> {
  for (const table of TABLES) await database.query(`CREATE TABLE untouched_${table} AS TABLE ${table}`);
  await database.query('ALTER TABLE audit_events DISABLE TRIGGER USER');
  for (const statement of statements) await database.query(statement);
  const found = await verdict();
  for (const table of TABLES) {
    await database.query(`DELETE FROM ${table}`);
    await database.query(`INSERT INTO ${table} SELECT * FROM untouched_${table}`);
    await database.query(`DROP TABLE untouched_${table}`);
  }
  await database.query('ALTER TABLE audit_events ENABLE TRIGGER USER');
  return found;
}
