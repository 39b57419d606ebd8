import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestApp } from '../../platform/testing/index.js';
import type { NewAuditEvent } from '../audit-event.js';
import { Audit } from '../audit.js';
import { ForwardEvents } from '../sinks/forward-events.js';
import { createAuditWorld, type AuditWorld } from '../testing/audit-world.js';
import { startOfMonth } from './audit-trim.js';
import { AuditTrims } from './audit-trims.js';
import { AuditTrimsRepository } from './audit-trims.repository.js';
import { Retention } from './retention.js';

const DAY_MS = 86_400_000;
const EACH = 40;
const OPERATOR = { actor: { type: 'operator', id: 'opr_1' } } as const;
const EVENT: NewAuditEvent = {
  type: 'access_token.read',
  outcome: 'succeeded',
  actor: { type: 'agent', id: 'agt_1' },
  userId: 'ada',
};

let world: AuditWorld;
/** Receives nothing: a sink that is away. */
let away: Server;
beforeAll(async () => {
  world = await createAuditWorld();
  away = createServer((_, response) => response.writeHead(503).end()).listen(0, '127.0.0.1');
  await once(away, 'listening');
});
afterAll(async () => {
  away.close();
  await world.close();
});

const trims = (app: TestApp = world.app) => app.get(AuditTrims);
const now = () => new Date(world.app.clock.now());
const months = (n: number) => {
  const month = startOfMonth(now());
  month.setUTCMonth(month.getUTCMonth() + n);
  return month;
};
const record = (count = EACH) => world.app.get(Audit).record(...Array.from({ length: count }, () => EVENT));
/** To the second day of the next month. */
const goToNextMonth = () => world.app.clock.advance(months(1).getTime() + DAY_MS - world.app.clock.now());
const partitions = async () =>
  (
    await world.database.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'audit_events'::regclass ORDER BY 1`,
    )
  ).map(({ name }) => name);
const partitionOf = (month: Date) => `audit_events_${month.toISOString().slice(0, 7).replace('-', '_')}`;
const first = async () =>
  Number((await world.database.query<{ seq: string }>('SELECT min(seq) AS seq FROM audit_events'))[0]?.seq);
const newest = async () =>
  Number(
    (await world.database.query<{ seq: string }>('SELECT first_seq + size - 1 AS seq FROM audit_tree'))[0]
      ?.seq,
  );

describe('letting go of old months', () => {
  it('has nothing to do while nothing is older than this month', async () => {
    await record();
    for (const before of [now(), months(1), months(12)])
      await expect(trims().start(before, OPERATOR)).rejects.toMatchObject({ code: 'nothing_to_trim' });
  });

  it('waits for every anchor', async () => {
    goToNextMonth();
    await expect(trims().start(now(), OPERATOR)).rejects.toMatchObject({
      code: 'audit_not_anchored',
      extensions: { anchor: world.anchorUrl, throughSeq: 0 },
    });
    await world.anchor();
  });

  it('waits for every sink', async () => {
    const url = `http://127.0.0.1:${(away.address() as AddressInfo).port}/`;
    const sinks = JSON.stringify([{ name: 'siem', kind: 'http', url }]);
    const app = await world.start({ VALETKEY_AUDIT_SINKS: sinks });
    app.clock.advance(world.app.clock.now() - app.clock.now());
    await app.get(ForwardEvents).prepare();
    await expect(trims(app).start(now(), OPERATOR)).rejects.toMatchObject({
      code: 'audit_not_forwarded',
      extensions: { sink: 'siem', throughSeq: 0 },
    });
  });

  it('drops them whole, says so under a signature, and leaves a log that verifies', async () => {
    const old = partitionOf(months(-1));
    expect(await partitions()).toContain(old);
    const trim = await trims().start(now(), OPERATOR);
    expect(trim).toMatchObject({ throughSeq: BigInt(EACH), events: BigInt(EACH), before: months(0) });
    // The word is on record before anything goes.
    expect(await world.verdict()).toMatchObject({ bad: undefined, from: 1 });
    await expect(trims().start(now(), OPERATOR)).rejects.toMatchObject({ code: 'trim_running' });

    // Another process than the one that began it.
    await record();
    expect(await trims(await world.start()).run()).toBe(true);
    expect(await partitions()).not.toContain(old);
    expect(await first()).toBe(EACH + 1);
    await world.anchor();
    expect(await world.verdict()).toMatchObject({ bad: undefined, from: EACH + 1, unsigned: 0 });
    expect(await trims().getTrim(BigInt(EACH))).toMatchObject({ finishedAt: expect.any(Date) });
    const told = await world.database.query(
      `SELECT outcome, actor_id, detail->>'events' AS events FROM audit_events WHERE type = 'audit_log.trimmed' ORDER BY seq`,
    );
    expect(told).toEqual([
      { outcome: 'intended', actor_id: 'opr_1', events: String(EACH) },
      { outcome: 'succeeded', actor_id: 'audit_trim', events: String(EACH) },
    ]);
  });

  it('does nothing when it runs again', async () => {
    const before = await newest();
    expect(await trims().run()).toBe(true);
    await world.app.get(AuditTrimsRepository).apply();
    expect(await newest()).toBe(before);
  });

  it.each([
    ['more of the beginning is gone', [`DELETE FROM audit_events WHERE seq = ${EACH + 1}`]],
    ['the word for it is gone', [`DELETE FROM audit_events WHERE type = 'audit_log.trimmed'`]],
    [
      'more is gone, and the word says so',
      [
        `DELETE FROM audit_events WHERE seq <= ${EACH + 5}`,
        `UPDATE audit_events SET detail = detail || jsonb_build_object('throughSeq', '${EACH + 5}',
           'throughHash', (SELECT encode(hash, 'hex') FROM audit_events WHERE seq = ${EACH + 6}))
         WHERE type = 'audit_log.trimmed'`,
      ],
    ],
  ])('shows when %s', async (_, statements) => {
    expect((await world.tampered(...statements)).bad).toMatchObject({ seq: 1 });
  });

  it('lets nothing be deleted that no trim covers, and no trim be changed', async () => {
    const { query } = world.database;
    for (const sql of [
      `DELETE FROM audit_events WHERE seq = ${EACH + 1}`,
      'DELETE FROM audit_trims',
      'UPDATE audit_trims SET through_seq = through_seq + 10',
      'TRUNCATE audit_trims',
    ])
      await expect(query(sql)).rejects.toThrow('append-only');
    await query(`INSERT INTO audit_trims (through_seq, through_hash, events, before)
      VALUES (999999, '\\x00', 1, now())`);
    await expect(query('SELECT audit_events_trim()')).rejects.toThrow('no checkpoint');
    await query('ALTER TABLE audit_trims DISABLE TRIGGER USER');
    await query('DELETE FROM audit_trims WHERE through_seq = 999999');
    await query('ALTER TABLE audit_trims ENABLE TRIGGER USER');
  });

  it('is not led astray by events of processes whose clocks were wrong', async () => {
    const { clock } = world.app;
    const at = async (offsetMs: number) => {
      clock.advance(offsetMs);
      await record(1);
      clock.advance(-offsetMs);
    };
    await at(400 * DAY_MS);
    await newest();
    await record();
    const last = await newest();
    await world.anchor();
    goToNextMonth();
    await record(3);
    await world.anchor();
    await at(-40 * DAY_MS);
    await record(3);
    await world.anchor();
    await trims().start(now(), OPERATOR);
    await trims().run();
    expect(await first()).toBe(last + 1);
    expect(await world.verdict()).toMatchObject({ bad: undefined, from: last + 1 });
    expect(
      await world.database.query(`SELECT 1 FROM audit_events WHERE at > now() + interval '1 year'`),
    ).toEqual([]);
  });

  it('does not hold up who appends while somebody reads for long, and is done afterwards', async () => {
    goToNextMonth();
    await record();
    await world.anchor();
    await trims().start(now(), OPERATOR);
    await world.app.get(AuditTrimsRepository).inTransaction(async (reader) => {
      await reader.auditEvent.count();
      const running = trims().run();
      await record();
      expect(await running).toBe(false);
      expect(await world.verdict()).toMatchObject({ bad: undefined });
    });
    expect(await trims().run()).toBe(true);
    await world.anchor();
    expect(await world.verdict()).toMatchObject({ bad: undefined, from: await first() });
  });

  it('happens by itself after as many days as the setting says', async () => {
    const app = await world.start({ VALETKEY_AUDIT_RETENTION_DAYS: '31' });
    const catchUp = () => app.clock.advance(world.app.clock.now() - app.clock.now());
    goToNextMonth();
    await record();
    await world.anchor();
    catchUp();
    const before = await first();
    await app.get(Retention).runDue();
    expect(await first()).toBe(before);
    goToNextMonth();
    await record(1);
    await world.anchor();
    catchUp();
    await app.get(Retention).runDue();
    expect(await first()).toBeGreaterThan(before);
    expect(await world.verdict()).toMatchObject({ bad: undefined });
    const [told] = await world.database.query(
      `SELECT actor_id FROM audit_events WHERE type = 'audit_log.trimmed' AND outcome = 'intended' ORDER BY seq DESC LIMIT 1`,
    );
    expect(told).toEqual({ actor_id: 'audit_retention' });
  });

  it('leaves a new sink the log from where it begins', async () => {
    const sinks = JSON.stringify([{ name: 'late', kind: 'http', url: 'http://127.0.0.1:9/' }]);
    const app = await world.start({ VALETKEY_AUDIT_SINKS: sinks });
    await app.get(ForwardEvents).prepare();
    const [progress] = await app.get(ForwardEvents).progress();
    expect(progress).toMatchObject({ seq: BigInt((await first()) - 1), waitingSince: expect.any(Date) });
  });
});
