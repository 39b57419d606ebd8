import { leafHash, personalDigest, TrustedKeys, verifyLog } from '@valetkey/audit-log';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CredentialReaders, OpenStreams, type Caller as Who } from '../../platform/index.js';
import {
  Caller,
  createWorld,
  verifyTree,
  type TestApp,
  type TestDatabase,
  type World,
} from '../../platform/testing/index.js';
import { AuditExport } from './audit-export.js';
import { hashedEvent, type AuditRecord } from '../audit-record.js';
import { Audit } from '../audit.js';
import { AuditModule } from '../audit.module.js';
import { AuditKeys } from '../audit-keys.js';
import { AuditSearch } from '../search/audit-search.js';
import { Sequencer } from '../sequencer.js';
import { noVault } from '../testing/no-vault.js';

const EXPORT = '/v1/operator/audit-events/export';
const COUNT = 2_600;
const who: Who = { type: 'operator', id: 'opr_spec', role: 'auditor', via: 'key' };

let world: World;
let database: TestDatabase;
let test: TestApp;
let operator: Caller;
let isRevoked = false;
beforeAll(async () => {
  world = await createWorld({ rooms: [AuditModule] });
  ({
    database,
    apps: [test],
  } = world);
  test.get(AuditKeys).sealWith(noVault);
  test.get(CredentialReaders).register({ read: () => Promise.resolve(isRevoked ? undefined : who) });
  operator = new Caller(test.app, 'spec');
  const events = Array.from({ length: COUNT }, (_, n) => ({
    type: 'action.run' as const,
    outcome: n % 10 === 0 ? ('failed' as const) : ('succeeded' as const),
    actor: { type: 'agent' as const, id: 'agt_spec' },
    userId: n === 0 ? `=HYPERLINK("http://evil.example")` : `user-${n % 7}`,
    action: 'gmail.messages.get',
    scopes: ['a', 'b'],
    detail: { n, text: 'a,"b"\nc' },
  }));
  await test.get(Audit).record(...events);
});
afterAll(() => world.close());

const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditRecord)
    .filter((line) => !('exportEnd' in line || 'exportStart' in line));
const verdictOn = async (text: string) => {
  const bytes = (async function* () {
    yield Buffer.from(text);
  })();
  const keys = new TrustedKeys(await test.get(AuditKeys).publicKeys());
  return (await verifyLog({ bytes, format: 'json', notes: [], keys, threads: 0 })).bad;
};
const exported = () =>
  database.query<{ outcome: string; detail: Record<string, unknown>; user_id: string | null }>(
    `SELECT outcome, detail, user_id FROM audit_events WHERE type = 'audit_event.exported' ORDER BY seq`,
  );

describe('an export of the audit log', () => {
  it('is the whole log as NDJSON, every event of which can be verified from the file alone', async () => {
    const answer = await operator.get(EXPORT);
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    expect(answer.headers['content-disposition']).toMatch(
      /^attachment; filename="valetkey-audit-[\d-]+\.ndjson"$/,
    );
    const records = linesOf(answer.text);
    expect(records).toHaveLength(COUNT);
    for (const record of records) {
      const event = hashedEvent(record);
      expect(personalDigest({ ...event, salt: event.salt ?? '' })).toBe(record.personalDigest);
      expect(leafHash(event, record.personalDigest).toString('hex')).toBe(record.hash);
    }
    await verifyTree(database);
  });

  it('ends with a line without which it does not verify, wherever it was cut', async () => {
    const { text } = await operator.get(EXPORT);
    expect(await verdictOn(text)).toBeUndefined();
    const lines = text.trimEnd().split('\n');
    for (const kept of [1, 2, 499, 500, 501, lines.length - 2, lines.length - 1])
      expect(await verdictOn(`${lines.slice(0, kept).join('\n')}\n`)).toBeDefined();
  });

  it('ends with that line when no event is by its filter, and is no log then', async () => {
    const { text } = await operator.get(`${EXPORT}?userId=nobody`);
    expect(text.split('\n')[1]).toMatch(/^\{"exportEnd":\{"events":0,"lastSeq":"0","treeSize":\d+\}\}$/);
    expect(await verdictOn(text)).toMatchObject({ seq: 1 });
  });

  it('is recorded before it begins and when it ends, with the number of events', async () => {
    const before = (await exported()).length;
    await operator.get(`${EXPORT}?userId=user-3&outcome=failed&format=csv`);
    const [intent, end] = (await exported()).slice(before);
    expect(intent).toMatchObject({ outcome: 'intended', user_id: 'user-3' });
    expect(end).toMatchObject({
      outcome: 'succeeded',
      detail: { format: 'csv', filter: { outcome: 'failed', userId: 'user-3' }, events: expect.any(Number) },
    });
  });

  it('takes the filters of the lists', async () => {
    const records = linesOf((await operator.get(`${EXPORT}?userId=user-3&outcome=failed`)).text);
    expect(records.length).toBeGreaterThan(30);
    expect(new Set(records.map(({ userId, outcome }) => `${userId} ${outcome}`))).toEqual(
      new Set(['user-3 failed']),
    );
    const wrong = await operator.get(`${EXPORT}?format=xml`);
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  });

  it('by a filter has all such events of the tree that it names, and ends there while more are recorded', async () => {
    const of = (n: number) => ({
      type: 'action.run' as const,
      outcome: 'succeeded' as const,
      actor: { type: 'agent' as const, id: 'agt_spec' },
      userId: 'follower',
      detail: { n },
    });
    await test.get(Audit).record(...Array.from({ length: 600 }, (_, n) => of(n)));
    const stream = await test.get(AuditExport).open('ndjson', { userId: 'follower' }, who, {
      requestId: 'req_spec',
      ip: '::1',
    });
    let text = '';
    for await (const chunk of stream) {
      text += chunk;
      await test.get(Audit).record(...Array.from({ length: 600 }, (_, n) => of(n)));
      await test.get(Sequencer).settled();
    }
    const { treeSize, events } = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '').exportEnd;
    const [found] = await database.query<{ count: string }>(
      `SELECT count(*) FROM audit_events, audit_tree t
       WHERE user_id = 'follower' AND type = 'action.run' AND seq < t.first_seq + $1`,
      [treeSize],
    );
    expect(linesOf(text)).toHaveLength(events);
    expect([events, found?.count]).toEqual([600, '600']);
    const position = { direction: 'oldest_first' as const, through: BigInt(treeSize) };
    expect((await test.get(AuditSearch).step({ userId: 'follower' }, position, 600)).reached).toBeUndefined();
  });

  it('as CSV disarms what a spreadsheet would run, and quotes what would break a row', async () => {
    const { text, headers } = await operator.get(`${EXPORT}?format=csv`);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    const [header, first] = text.split('\r\n');
    expect(header).toMatch(/^seq,at,id,type,outcome,actor_type,/);
    expect(first).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(first).toContain(`"{""n"":0,""text"":""a,\\""b\\""\\nc""}"`);
    expect(text.match(/seq,at,id/g)).toHaveLength(1);
  });

  it('reads no further than its receiver, and records that it was broken off', async () => {
    const stream = await test.get(AuditExport).open('ndjson', {}, who, { requestId: 'req_spec', ip: '::1' });
    const chunks: string[] = [];
    await new Promise<void>((resolve) =>
      stream.on('data', (chunk: string) => {
        if (chunks.push(chunk) < 2) return;
        stream.pause();
        resolve();
      }),
    );
    expect(linesOf(chunks.join(''))).toHaveLength(500);
    stream.destroy();
    await new Promise((resolve) => stream.once('close', resolve));
    const end = (await exported()).at(-1);
    expect(end).toMatchObject({ outcome: 'failed' });
    expect(end?.detail['events']).toBeLessThanOrEqual(1_500);
  });

  it('does not begin when it cannot be recorded', async () => {
    await database.breakAudit();
    const answer = await operator.get(EXPORT);
    await database.mendAudit();
    expect(answer).toMatchObject({ status: 503, body: { code: 'audit_unavailable' } });
  });
});

it('is broken off, and on record as such, once its reader may read it no more', async () => {
  const text = 'long '.repeat(400);
  const event = {
    type: 'action.run' as const,
    outcome: 'succeeded' as const,
    actor: { type: 'agent' as const, id: 'agt_spec' },
    detail: { text },
  };
  for (let batch = 0; batch < 8; batch++)
    await test.get(Audit).record(...Array.from({ length: 1_000 }, () => event));
  await test.app.listen(0, '127.0.0.1');
  const { body } = await fetch(`${await test.app.getUrl()}${EXPORT}`, {
    headers: { authorization: 'Bearer spec' },
  });
  const reader = body?.getReader();
  await reader?.read();
  isRevoked = true;
  await database.query(`SELECT pg_notify('valetkey_authority', '')`);
  const rest = async () => {
    while (!(await reader?.read())?.done);
  };
  await expect(rest()).rejects.toThrow('terminated');
  isRevoked = false;
  const end = (await exported()).at(-1);
  expect(end).toMatchObject({ outcome: 'failed' });
  expect(end?.detail['events']).toBeLessThan(COUNT + 8_000);
});

it('is one of ten streams that a caller may have open, and makes room when it has ended', async () => {
  const streams = test.get(OpenStreams);
  const leave = Array.from({ length: 9 }, () => streams.enter(who));
  const few = `${EXPORT}?userId=user-1`;
  for (let turn = 0; turn < 4; turn++) expect((await operator.get(few)).status).toBe(200);
  leave.push(streams.enter(who));
  const refused = await operator.get(few);
  expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
  for (const end of leave) end();
});
