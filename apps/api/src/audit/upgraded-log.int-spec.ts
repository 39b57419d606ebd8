import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  chainHash,
  GENESIS,
  openDatabaseLog,
  personalDigest,
  TrustedKeys,
  verifyLog,
} from '@valetkey/audit-log';
import {
  createTestDatabase,
  createWorld,
  verifyTree,
  type TestApp,
  type TestDatabase,
  type World,
} from '../platform/testing/index.js';
import { Audit } from './audit.js';
import { AuditKeys } from './audit-keys.js';
import { AuditModule } from './audit.module.js';
import { Checkpoints } from './checkpoints.js';
import { EventProofs } from './proofs/event-proofs.js';
import { AuditSearch } from './search/audit-search.js';
import { newEvent } from './testing/shared-log.js';
import { noVault } from './testing/no-vault.js';

const MIGRATIONS = new URL('../../../../prisma/migrations/', import.meta.url);
const TREE = '20261130060000_transparency_log';
const LINKS = 40;
const AT = '2026-11-28T10:00:00.000Z';

let world: World;
let database: TestDatabase;
let test: TestApp;
beforeAll(async () => {
  database = await createTestDatabase('empty');
  const migrations = readdirSync(MIGRATIONS, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort();
  const migrate = (name: string) =>
    database.query(readFileSync(new URL(`${name}/migration.sql`, MIGRATIONS), 'utf8'));
  for (const name of migrations.filter((each) => each < TREE)) await migrate(name);
  await writeChain();
  for (const name of migrations.filter((each) => each >= TREE)) await migrate(name);
  world = await createWorld({ rooms: [AuditModule], database });
  [test] = world.apps;
  test.get(AuditKeys).sealWith(noVault);
});
afterAll(() => world.close());

/** Events as the version before the tree recorded them. */
async function writeChain(): Promise<void> {
  let prev = GENESIS;
  for (let n = 1; n <= LINKS; n++) {
    const salt = n.toString(16).padStart(32, '0');
    const event = { seq: String(n), id: `evt_${n}`, at: AT, type: 'access_token.read', outcome: 'succeeded' };
    const whole = { ...event, actorType: 'agent', actorId: 'agt_1', userId: 'ada', detail: { n }, salt };
    const personal = personalDigest(whole);
    const hash = chainHash(whole, personal, prev);
    await database.query(
      `INSERT INTO audit_events (seq, id, at, type, outcome, actor_type, actor_id, user_id, detail, salt,
         personal_digest, prev_hash, hash)
       VALUES ($1, $2, $3, $4, $5, 'agent', 'agt_1', 'ada', $6, decode($7, 'hex'), decode($8, 'hex'), decode($9, 'hex'),
         decode($10, 'hex'))`,
      [n, event.id, AT, event.type, event.outcome, { n }, salt, personal, prev, hash],
    );
    prev = hash;
  }
  await database.query(`UPDATE audit_head SET seq = $1, hash = decode($2, 'hex'), at = $3`, [
    LINKS,
    prev,
    AT,
  ]);
}

async function verdict() {
  await test.get(Checkpoints).make();
  const log = await openDatabaseLog(database.url);
  const keys = new TrustedKeys(log.keys);
  return verifyLog({ ...log, keys, threads: 0 }).finally(() => log.close());
}

it('goes on as a tree whose first leaf holds where the chain ended, and verifies as one log', async () => {
  await test.get(Audit).record(newEvent(), newEvent());
  expect(await verdict()).toMatchObject({ bad: undefined, rows: LINKS + 3, from: 1, checkpointsMet: 1 });
  expect(await verifyTree(database)).toBe(LINKS + 3);
  const { events } = await test
    .get(AuditSearch)
    .step({ type: 'audit_log.continued' }, { direction: 'oldest_first' }, 9);
  expect(events).toMatchObject([{ seq: BigInt(LINKS + 1), detail: { throughSeq: String(LINKS) } }]);
});

it('shows a row of the chain that was changed, under the checkpoint of the tree', async () => {
  await database.query('ALTER TABLE audit_events DISABLE TRIGGER USER');
  await database.query(`UPDATE audit_events SET outcome = 'denied' WHERE seq = 17`);
  expect((await verdict()).bad).toMatchObject({ seq: 17 });
  await database.query(`UPDATE audit_events SET outcome = 'succeeded' WHERE seq = 17`);
  await database.query('DELETE FROM audit_events WHERE seq <= 3');
  expect((await verdict()).bad).toMatchObject({ seq: 1 });
});

it('says that an event of the chain has no leaf, and proves those after it', async () => {
  const operator = { type: 'operator', id: 'opr_spec' } as const;
  const proofs = test.get(EventProofs);
  await expect(proofs.ofEvent('evt_5', operator)).rejects.toMatchObject({ code: 'event_of_chain' });
  const [event] = await test.get(Audit).record(newEvent());
  const { inclusion } = await proofs.ofEvent(event?.id ?? '', operator);
  expect(inclusion.leafIndex).toBeGreaterThan(0);
});
