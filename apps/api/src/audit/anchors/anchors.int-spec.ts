import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Caller,
  createTestApp,
  createTestDatabase,
  type TestApp,
  type TestDatabase,
} from '../../platform/testing/index.js';
import { AuditKeys } from '../audit-keys.js';
import { AuditSearch } from '../search/audit-search.js';
import { Audit } from '../audit.js';
import { AuditModule } from '../audit.module.js';
import { isSigned, type CheckpointRecord } from '../checkpoint.js';
import { Checkpoints } from '../checkpoints.js';
import { TrustedKeys } from '@valetkey/audit-log';
import { CheckpointReceiver } from '../testing/checkpoint-receiver.js';
import { noVault } from '../testing/no-vault.js';
import { ObjectStore } from '../testing/object-store.js';
import { rewritten } from '../testing/rewrite-log.js';
import { readDatabaseLog } from '../verify/database-log.js';
import { verifyLog } from '../verify/verify-log.js';
import { openAnchor } from './open-anchor.js';

const CREDENTIALS = { accessKeyId: 'AKIDSPEC', secretAccessKey: 'a-secret-of-the-store' };
const EVERY = 20;
/** `s3` objects under a prefix, in a bucket. */
const BUCKET = 'log-anchors/valetkey/eu';

let database: TestDatabase;
let test: TestApp;
let store: ObjectStore;
let receiver: CheckpointReceiver;
let addresses: { file: string; s3: string; webhook: string };
/** Where what an anchor got can be read: a webhook's receiver has its own file. */
let readable: { file: string; s3: string; webhook: string };
beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'valetkey-anchors-'));
  const file = (name: string) => join(directory, name);
  store = await ObjectStore.start(CREDENTIALS);
  receiver = await CheckpointReceiver.start(file('received.ndjson'));
  writeFileSync(receiver.file, '');
  credentials(CREDENTIALS);
  addresses = {
    file: pathToFileURL(file('anchor.ndjson')).href,
    s3: store.address(BUCKET),
    webhook: receiver.url,
  };
  readable = { ...addresses, webhook: pathToFileURL(receiver.file).href };
  database = await createTestDatabase();
  test = await appWith(Object.values(addresses));
});
afterAll(async () => {
  await test.close();
  await database.drop();
  await Promise.all([store.close(), receiver.close()]);
  credentials(undefined);
});

function credentials(given: typeof CREDENTIALS | undefined): void {
  process.env['AWS_ACCESS_KEY_ID'] = given?.accessKeyId ?? '';
  process.env['AWS_SECRET_ACCESS_KEY'] = given?.secretAccessKey ?? '';
}

async function appWith(anchors: readonly string[]): Promise<TestApp> {
  const app = await createTestApp({
    modules: [AuditModule],
    databaseUrl: database.url,
    env: { VALETKEY_AUDIT_ANCHORS: anchors.join(',') },
  });
  app.get(AuditKeys).sealWith(noVault);
  return app;
}

/** More events, and a checkpoint over them. */
async function goOn(): Promise<void> {
  const event = { type: 'operator.signed_in', outcome: 'succeeded' } as const;
  const events = Array.from({ length: EVERY }, (_, n) => ({
    ...event,
    actor: { type: 'operator' as const, id: `opr_${n}` },
  }));
  await test.get(Audit).record(...events);
  await test.get(Checkpoints).make();
}

const anchor = () => test.get(Checkpoints).anchor();
const made = () => test.get(Checkpoints).list(0n, 100);
const states = async (app = test) =>
  (await app.get(Checkpoints).state()).anchors.map(({ name, throughSeq, lastError }) => ({
    kind: name.split(':')[0],
    throughSeq: Number(throughSeq),
    lastError,
  }));
const received = () =>
  readFileSync(receiver.file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as CheckpointRecord);

async function verdict(records: readonly CheckpointRecord[]) {
  const log = await readDatabaseLog(<Row>(sql: string) => database.query(sql) as Promise<Row[]>);
  const checkpoints = [...log.checkpoints, ...records];
  const keys = new TrustedKeys(await test.get(AuditKeys).publicKeys());
  const bytes = database.copyOut(log.events);
  return verifyLog({ bytes, format: 'copy', head: log.head, checkpoints, keys, threads: 0 });
}

describe('checkpoints', () => {
  it('come to a bucket, each as an object, and to a webhook, each as a post, signed with a published key', async () => {
    await goOn();
    await goOn();
    await goOn();
    await anchor();
    const { body } = await new Caller(test.app).get('/.well-known/audit-keys.json');
    const keys = new TrustedKeys(body.keys);
    const checkpoints = await made();
    expect(checkpoints.map(({ seq }) => Number(seq))).toEqual([EVERY, 2 * EVERY, 3 * EVERY]);
    expect([...store.objects]).toEqual(
      checkpoints.map((record) => [`${BUCKET}/${record.seq.padStart(18, '0')}.json`, JSON.stringify(record)]),
    );
    expect(received()).toEqual(checkpoints);
    for (const record of received()) expect(isSigned(record, keys)).toBe(true);
  });

  it.each(['file', 's3', 'webhook'] as const)('are read again as they were made, from %s', async (kind) =>
    expect(await openAnchor(readable[kind]).read()).toEqual(await made()),
  );

  it('that are there already are not written again', async () => {
    const before = [...store.objects];
    await database.query(`DELETE FROM audit_anchors WHERE name LIKE 's3:%'`);
    await anchor();
    expect([...store.objects]).toEqual(before);
    expect(await states()).toContainEqual({ kind: 's3', throughSeq: 3 * EVERY, lastError: undefined });
  });

  it('wait out an outage of one place, which holds up no other, and then come in order', async () => {
    store.outage = 503;
    receiver.outage = 'hang up';
    await goOn();
    await anchor();
    receiver.outage = 500;
    await goOn();
    await anchor();
    expect(await states()).toEqual([
      { kind: 'file', throughSeq: 5 * EVERY, lastError: undefined },
      {
        kind: 's3',
        throughSeq: 3 * EVERY,
        lastError: 'the object store does not do it (ServiceUnavailable)',
      },
      { kind: 'http', throughSeq: 3 * EVERY, lastError: 'it answers 500' },
    ]);
    store.outage = receiver.outage = undefined;
    await anchor();
    for (const kind of ['file', 's3', 'webhook'] as const)
      expect(await openAnchor(readable[kind]).read()).toEqual(await made());
    expect(await states()).toEqual(
      ['file', 's3', 'http'].map((kind) => ({ kind, throughSeq: 5 * EVERY, lastError: undefined })),
    );
  });
});

describe('an object store', () => {
  const only = async <Result>(address: string, work: (app: TestApp) => Promise<Result>): Promise<Result> => {
    const app = await appWith([address]);
    await database.query(`DELETE FROM audit_anchors WHERE name LIKE 's3:%'`);
    await app.get(Checkpoints).anchor();
    return work(app).finally(() => app.close());
  };

  it.each([
    ['another secret', { ...CREDENTIALS, secretAccessKey: 'wrong' }, 'SignatureDoesNotMatch'],
    ['an unknown key', { ...CREDENTIALS, accessKeyId: 'AKIDNOBODY' }, 'InvalidAccessKeyId'],
  ])('that gets %s takes nothing, and the operator is told why', async (_, wrong, code) => {
    const before = store.objects.size;
    credentials(wrong);
    const [state] = await only(store.address('log-anchors/other'), states).finally(() =>
      credentials(CREDENTIALS),
    );
    expect([state?.lastError, store.objects.size]).toEqual([
      `the credentials that the AWS SDK finds are none or not accepted (${code})`,
      before,
    ]);
    expect(JSON.stringify(state)).not.toContain(wrong.secretAccessKey);
  });

  it('in whose place another log is anchored is an error, and no success', async () => {
    const [record] = await made();
    const key = `${BUCKET.replace('eu', 'us')}/${record?.seq.padStart(18, '0')}.json`;
    store.objects.set(key, JSON.stringify({ ...record, hash: 'ab'.repeat(32) }));
    const [state] = await only(store.address(BUCKET.replace('eu', 'us')), states);
    expect(state).toMatchObject({ throughSeq: 0, lastError: expect.stringContaining('another log') });
  });
});

describe('a log that was chained anew, head and all', () => {
  it('is found out by what each kind of anchor keeps', async () => {
    const rows = 5 * EVERY;
    await database.query('ALTER TABLE audit_events DISABLE TRIGGER USER');
    for (const statement of await rewritten(test.get(AuditSearch), 30, rows)) await database.query(statement);
    await database.query(`UPDATE audit_head SET hash = (SELECT hash FROM audit_events WHERE seq = ${rows})`);
    await database.query('ALTER TABLE audit_checkpoints DISABLE TRIGGER USER');
    await database.query('DELETE FROM audit_checkpoints');
    expect((await verdict([])).bad).toBeUndefined();
    for (const address of Object.values(readable))
      expect((await verdict(await openAnchor(address).read())).bad).toMatchObject({
        since: EVERY + 1,
        seq: 2 * EVERY,
      });
  });
});
