import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NewAuditEvent } from '../audit-event.js';
import { Audit } from '../audit.js';
import { createAuditWorld, type AuditWorld } from '../testing/audit-world.js';
import { AuditErasures } from './audit-erasures.js';
import { AuditErasuresRepository } from './audit-erasures.repository.js';
import { RunErasures } from './run-erasures.js';

const EACH = 700;
const OPERATOR = { actor: { type: 'operator', id: 'opr_1' } } as const;

let world: AuditWorld;
beforeAll(async () => {
  world = await createAuditWorld();
  const records = Array.from({ length: 2 * EACH }, (_, n) => eventOf(n % 2 === 0 ? 'leaver' : 'stayer', n));
  await world.app.get(Audit).record(...records, foreign('leaver', 'stayer'), foreign('stayer', 'leaver'));
  await world.anchor();
});
afterAll(() => world.close());

function eventOf(userId: string, n: number): NewAuditEvent {
  return {
    type: 'access_token.read',
    outcome: 'succeeded',
    actor: n % 3 === 0 ? { type: 'user', id: userId } : { type: 'agent', id: 'agt_1' },
    userId,
    ip: `ip of ${userId}`,
    arguments: { hash: `hash of ${userId}`, fields: [] },
    detail: { n, account: `account of ${userId}` },
  };
}

/** One user tried to get at the things of another. */
const foreign = (actor: string, userId: string): NewAuditEvent => ({
  type: 'access.denied',
  outcome: 'denied',
  actor: { type: 'user', id: actor },
  userId,
});

const erasures = () => world.app.get(AuditErasures);
const rows = () => world.app.get(AuditErasuresRepository);
const run = () => world.app.get(RunErasures).runDue();
const isDueNow = () => world.database.query('UPDATE audit_erasures SET next_at = now()');
const count = async (userId: string) =>
  (
    await world.database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM audit_events WHERE user_id = $1',
      [userId],
    )
  )[0]?.n;
const statements = () =>
  world.database.query<{ rows: string }>(
    `SELECT detail->>'rows' AS rows FROM audit_events WHERE type = 'audit_event.erased' ORDER BY seq`,
  );

describe('erasing a user', () => {
  it('is taken over where it was when a process is killed, and loses nothing', async () => {
    const { id } = await erasures().start('leaver', OPERATOR);
    const lost = await rows().claim('killed', 60_000);
    expect(lost).toEqual({ id, userId: 'leaver' });
    await erasures().eraseSome({ id, userId: 'leaver' }, 'killed', 60_000);
    const left = await count('leaver');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(EACH);
    expect(await world.verdict()).toMatchObject({ bad: undefined });

    await run();
    expect(await count('leaver')).toBe(left);
    await world.database.query(`UPDATE audit_erasures SET lease_until = now() - interval '1 s'`);
    await run();
    expect(await count('leaver')).toBe(0);
    expect(await erasures().eraseSome({ id, userId: 'leaver' }, 'killed', 60_000)).toBeUndefined();
    expect(await erasures().getErasure(id)).toMatchObject({ status: 'waiting', erased: EACH + 2 });
  });

  it('waits for what is still recorded about them, and ends when a look finds nothing', async () => {
    const underWay = new Set(['leaver']);
    erasures().join({ isUnderWay: async (userId) => underWay.has(userId), forget: async () => 0 });
    await world.app.get(Audit).record(eventOf('leaver', 4711));
    await run();
    expect(await count('leaver')).toBe(1);
    await isDueNow();
    await run();
    await isDueNow();
    await run();
    expect(await count('leaver')).toBe(0);
    const [{ id } = { id: '' }] = (
      await erasures().listErasures({ skip: 0, take: 1, filter: {}, sort: undefined })
    ).rows;
    expect(await erasures().getErasure(id)).toMatchObject({ status: 'waiting' });
    underWay.clear();
    await isDueNow();
    await run();
    expect(await erasures().getErasure(id)).toMatchObject({ status: 'finished', erased: EACH + 3 });
  });

  it('leaves nothing of them in the database, and everything of the others', async () => {
    expect(await world.database.tablesWith('leaver')).toEqual([]);
    // Their attempt on another user's things concerns them as well: it is erased whole.
    expect(await count('stayer')).toBe(EACH);
  });

  it('leaves a log that verifies, with a signed word for each stub', async () => {
    await world.anchor();
    const verdict = await world.verdict();
    expect(verdict).toMatchObject({ bad: undefined, erased: EACH + 3, unsigned: 0 });
    const types = await world.database.query(
      `SELECT type, actor_id, count(*)::int FROM audit_events WHERE type LIKE 'audit%' GROUP BY 1, 2 ORDER BY 1`,
    );
    expect(types).toEqual([
      { type: 'audit_erasure.finished', actor_id: 'audit_erasure', count: 1 },
      { type: 'audit_erasure.started', actor_id: 'opr_1', count: 1 },
      { type: 'audit_event.erased', actor_id: 'audit_erasure', count: (await statements()).length },
    ]);
  });

  it.each([
    ['given a user again', `UPDATE audit_events SET user_id = 'stayer' WHERE seq = 3`, 3],
    ['given another outcome', `UPDATE audit_events SET outcome = 'denied' WHERE seq = 3`, 3],
    ['given a digest', `UPDATE audit_events SET personal_digest = hash WHERE seq = 3`, 3],
    ['taken away', 'DELETE FROM audit_events WHERE seq = 3', 3],
  ])('shows when a stub is %s', async (_, sql, seq) => {
    expect((await world.tampered(sql)).bad).toMatchObject({ seq });
  });

  it('shows when another event is made a stub, also with a word that says so', async () => {
    const erase = `UPDATE audit_events SET user_id = NULL, ip = NULL, arguments = NULL, salt = NULL, detail = '{}' WHERE seq = 2`;
    expect((await world.tampered(erase)).bad).toMatchObject({
      seq: 2,
      why: expect.stringContaining('no signed'),
    });
    const word = `UPDATE audit_events SET detail = jsonb_set(detail, '{rows}', '"2"')
      WHERE seq = (SELECT max(seq) FROM audit_events WHERE type = 'audit_event.erased')`;
    expect((await world.tampered(erase, word)).bad).toMatchObject({ seq: 2 });
  });

  it('is one erasure when asked for twice, and is done by one of two processes', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => erasures().start('stayer', OPERATOR)));
    expect(one?.id).toBe(two?.id);
    const before = (await statements()).length;
    const other = await world.start();
    await Promise.all([run(), other.get(RunErasures).runDue()]);
    expect(await count('stayer')).toBe(0);
    const positions = (await statements()).slice(before).flatMap(({ rows }) => rows.split(','));
    expect(new Set(positions).size).toBe(positions.length);
    expect(await world.verdict()).toMatchObject({ bad: undefined });
  });

  it('erases nothing when the log cannot take the word for it', async () => {
    await world.app.get(Audit).record(eventOf('late', 1));
    await erasures().start('late', OPERATOR);
    await world.database.breakAudit(`NEW.type = 'audit_event.erased'`);
    await expect(run()).rejects.toThrow('not recorded');
    expect(await count('late')).toBe(1);
    await world.database.mendAudit();
  });
});
