import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  checkpointText,
  exportEndLine,
  exportStartLine,
  openDatabaseLog,
  signNote,
  TrustedKeys,
  verifyLog,
} from '@valetkey/audit-log';
import { auditRecord } from './audit-record.js';
import type { NewAuditEvent } from './audit-event.js';
import { AuditSearch } from './search/audit-search.js';
import { Audit } from './audit.js';
import { Checkpoints } from './checkpoints.js';
import { PublishCheckpoints } from './publish-checkpoints.js';
import { LogStatus } from './log-status.js';
import { Anchors } from './anchors/anchors.js';
import { rewritten } from './testing/rewrite-log.js';
import { createAuditWorld, type AuditWorld } from './testing/audit-world.js';

const ROWS = 120;
const EVERY = 30;

let world: AuditWorld;
let outside: string[];
beforeAll(async () => {
  world = await createAuditWorld();
  for (let n = 0; n < ROWS; n += EVERY) {
    await world.app.get(Audit).record(...Array.from({ length: EVERY }, (_, m) => eventOf(n + m)));
    await world.app.get(Checkpoints).make();
  }
  await world.app.get(Anchors).send();
  outside = await world.outside();
});
afterAll(() => world.close());

const verdict = (notes?: readonly string[]) => world.verdict(notes);
const tampered = (...statements: readonly string[]) => world.tampered(...statements);

function eventOf(n: number): NewAuditEvent {
  return {
    type: 'action.run',
    outcome: n % 9 === 0 ? 'failed' : 'succeeded',
    actor: n % 5 === 0 ? { type: 'user', id: `user-${n % 3}` } : { type: 'agent', id: 'agt_1' },
    userId: `user-${n % 3}`,
    connectionId: n % 2 === 0 ? `con_${n}` : undefined,
    scopes: n % 2 === 0 ? ['a.read', 'b.write'] : undefined,
    durationMs: n,
    providerStatus: 200,
    ip: '192.0.2.9',
    arguments: n % 4 === 0 ? { hash: 'ab', fields: ['x'], summary: { n, tab: '\t\\ "é"\n' } } : undefined,
    detail: { n, path: `C:\\temp\t${n}\r\n€`, half: n / 2, nested: { z: [null, true], a: '' } },
  };
}

async function exported() {
  const { events } = await world.app.get(AuditSearch).step({}, { direction: 'oldest_first' }, ROWS);
  const records = events.map(auditRecord);
  const lines = records.map((record) => `${JSON.stringify(record)}\n`);
  lines.unshift(`${exportStartLine({ firstSeq: '1', fromSeq: '1', edge: '' })}\n`);
  lines.push(exportEndLine({ events: ROWS, lastSeq: String(ROWS), checkpoint: outside.at(-1) }));
  const bytes = (async function* () {
    for (const line of lines) yield Buffer.from(line);
  })();
  const log = await openDatabaseLog(world.database.url);
  await log.close();
  return verifyLog({ bytes, format: 'json', notes: outside, keys: new TrustedKeys(log.keys), threads: 0 });
}

describe('a log in the database', () => {
  it('verifies as it was written, by the bytes of COPY and as an export', async () => {
    expect(await verdict()).toMatchObject({ bad: undefined, rows: ROWS, checkpointsMet: 4, unsigned: 0 });
    expect(await exported()).toMatchObject({ bad: undefined, rows: ROWS, checkpointsMet: 4 });
  });

  const at = (n: number) => 1 + ((n * 37 + 11) % (ROWS - 1));
  const single: readonly (readonly [string, (k: number) => string])[] = [
    ['another outcome', (k) => `UPDATE audit_events SET outcome = 'denied' WHERE seq = ${k}`],
    ['another user', (k) => `UPDATE audit_events SET user_id = 'mallory' WHERE seq = ${k}`],
    ['another address', (k) => `UPDATE audit_events SET ip = NULL WHERE seq = ${k}`],
    [
      'more scopes',
      (k) => `UPDATE audit_events SET scopes = coalesce(scopes || ' ', '') || 'c' WHERE seq = ${k}`,
    ],
    ['another time', (k) => `UPDATE audit_events SET at = at + interval '1 ms' WHERE seq = ${k}`],
    ['another month', (k) => `UPDATE audit_events SET at = at + interval '1 year' WHERE seq = ${k}`],
    ['other arguments', (k) => `UPDATE audit_events SET arguments = '{"hash":"cd"}' WHERE seq = ${k}`],
    ['less detail', (k) => `UPDATE audit_events SET detail = detail - 'path' WHERE seq = ${k}`],
    [
      'another hash',
      (k) => `UPDATE audit_events SET hash = decode(repeat('07', 32), 'hex') WHERE seq = ${k}`,
    ],
    ['no salt', (k) => `UPDATE audit_events SET salt = NULL WHERE seq = ${k}`],
    ['no place', (k) => `DELETE FROM audit_events WHERE seq = ${k}`],
    [
      'a double',
      (k) => `INSERT INTO audit_events
        SELECT (jsonb_populate_record(e, '{"at":"2031-01-01"}')).* FROM audit_events e WHERE seq = ${k}`,
    ],
  ];
  it.each(single.map(([name, sql], n) => [name, at(n), sql(at(n))] as const))(
    'that gives a row %s is found out, at row %i',
    async (_, k, sql) => expect((await tampered(sql)).bad).toMatchObject({ seq: k }),
  );

  it('in which two rows changed places is found out', async () => {
    const { bad } = await tampered(
      'UPDATE audit_events SET seq = 100000 WHERE seq = 41',
      'UPDATE audit_events SET seq = 41 WHERE seq = 77',
      'UPDATE audit_events SET seq = 77 WHERE seq = 100000',
    );
    expect(bad).toMatchObject({ since: 31, seq: 60 });
  });

  it('whose end is gone is found out, also with its tree moved back', async () => {
    expect((await tampered('DELETE FROM audit_events WHERE seq > 100')).bad).toMatchObject({ seq: 101 });
    const treeToo = 'UPDATE audit_tree SET size = 100';
    expect((await tampered('DELETE FROM audit_events WHERE seq > 100', treeToo)).bad).toMatchObject({
      seq: expect.any(Number),
    });
  });

  it('of which a row was rewritten with its hash is found out by the next checkpoint', async () => {
    for (const k of [1, 29, 30, 31, 95]) {
      const { bad } = await tampered(await rewritten(world.app.get(AuditSearch), k));
      expect([bad?.since ?? bad?.seq, bad?.seq]).toEqual([
        Math.floor((k - 1) / EVERY) * EVERY + 1,
        Math.ceil(k / EVERY) * EVERY,
      ]);
    }
  });

  it('says so when there are checkpoints that no trusted key has signed', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = { name: 'log.example/audit', type: 'ed25519' as const, publicKey };
    const text = checkpointText({ origin: key.name, size: 90, root: Buffer.alloc(32) });
    const forged = signNote(text, key, privateKey);
    expect(await verdict([...outside, forged])).toMatchObject({ bad: undefined, unsigned: 1 });
  });

  it('keeps checkpoints from being changed', async () => {
    await expect(world.database.query('DELETE FROM audit_checkpoints')).rejects.toThrow('append-only');
    await expect(world.database.query(`UPDATE audit_checkpoints SET note = 'x'`)).rejects.toThrow(
      'append-only',
    );
  });
});

describe('checkpoints', () => {
  it('are brought to an anchor once, in order, and nothing is signed twice', async () => {
    await world.app.get(PublishCheckpoints).publish();
    expect((await world.outside()).map((note) => note.split('\n')[1])).toEqual(['30', '60', '90', '120']);
  });

  it('wait for an anchor that cannot be written, and say why', async () => {
    const nowhere = 'file:///nowhere/at/all/anchor.ndjson';
    const other = await world.start({ VALETKEY_AUDIT_ANCHORS: nowhere });
    await other.get(Anchors).send();
    expect((await other.get(LogStatus).state()).anchors).toEqual([
      expect.objectContaining({
        name: nowhere,
        throughSize: 0,
        lastError: expect.stringContaining('ENOENT'),
      }),
    ]);
  });
});
