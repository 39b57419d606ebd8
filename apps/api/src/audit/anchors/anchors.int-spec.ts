import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Caller,
  createWorld,
  type TestApp,
  type TestDatabase,
  type World,
} from '../../platform/testing/index.js';
import { AuditKeys } from '../audit-keys.js';
import { AuditSearch } from '../search/audit-search.js';
import { Audit } from '../audit.js';
import { AuditModule } from '../audit.module.js';
import { Checkpoints } from '../checkpoints.js';
import { LogStatus } from '../log-status.js';
import { Anchors } from './anchors.js';
import { CompactRange, keptNotes, openDatabaseLog, TrustedKeys, verifyLog } from '@valetkey/audit-log';
import { CheckpointReceiver } from '../testing/checkpoint-receiver.js';
import { noVault } from '../testing/no-vault.js';
import { ObjectStore } from '../testing/object-store.js';
import { rewritten } from '../testing/rewrite-log.js';
import { openAnchor } from './open-anchor.js';

const CREDENTIALS = { accessKeyId: 'AKIDSPEC', secretAccessKey: 'a-secret-of-the-store' };
const EVERY = 20;
/** `s3` objects under a prefix, in a bucket. */
const BUCKET = 'log-anchors/valetkey/eu';

let world: World<readonly TestApp[]>;
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
  world = await createWorld({
    rooms: [AuditModule],
    processes: 0,
    prepare: (app) => app.get(AuditKeys).sealWith(noVault),
  });
  ({ database } = world);
  test = await appWith(Object.values(addresses));
});
afterAll(async () => {
  await world.close();
  await Promise.all([store.close(), receiver.close()]);
  credentials(undefined);
});

function credentials(given: typeof CREDENTIALS | undefined): void {
  process.env['AWS_ACCESS_KEY_ID'] = given?.accessKeyId ?? '';
  process.env['AWS_SECRET_ACCESS_KEY'] = given?.secretAccessKey ?? '';
}

function appWith(anchors: readonly string[]): Promise<TestApp> {
  return world.start({ env: { VALETKEY_AUDIT_ANCHORS: anchors.join(',') } });
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

const anchor = () => test.get(Anchors).send();
const made = () => test.get(Checkpoints).list(0, 100);
const states = async (app = test) =>
  (await app.get(LogStatus).state()).anchors.map(({ name, throughSize, lastError }) => ({
    kind: name.split(':')[0],
    throughSize,
    lastError,
  }));
const notes = async () => (await made()).map(({ note }) => note);

async function verdict(outside: readonly string[]) {
  const { close, ...log } = await openDatabaseLog(database.url);
  const keys = new TrustedKeys(await test.get(AuditKeys).publicKeys());
  return verifyLog({ ...log, notes: [...log.notes, ...outside], keys, threads: 0 }).finally(close);
}

describe('checkpoints', () => {
  it('come to a bucket, each as an object, and to a webhook, each as a post, signed with a published key', async () => {
    await goOn();
    await goOn();
    await goOn();
    await anchor();
    const checkpoints = await made();
    expect(checkpoints.map(({ size }) => size)).toEqual([EVERY, 2 * EVERY, 3 * EVERY]);
    expect([...store.objects]).toEqual(
      checkpoints.map(({ size, note }) => [`${BUCKET}/${String(size).padStart(18, '0')}.note`, note]),
    );
    const { body } = await new Caller(test.app).get('/.well-known/audit-keys.json');
    const keys = new TrustedKeys(body.keys);
    const received = keptNotes(readFileSync(receiver.file, 'utf8'));
    expect(received).toHaveLength(3);
    for (const note of received) expect(keys.checkpoint(note)).toBeDefined();
  });

  it.each(['file', 's3', 'webhook'] as const)('are read again as they were made, from %s', async (kind) =>
    expect(await openAnchor(readable[kind]).read()).toEqual(await notes()),
  );

  it('that are there already are not written again', async () => {
    const before = [...store.objects];
    await database.query(`DELETE FROM audit_anchors WHERE name LIKE 's3:%'`);
    await anchor();
    expect([...store.objects]).toEqual(before);
    expect(await states()).toContainEqual({ kind: 's3', throughSize: 3 * EVERY, lastError: undefined });
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
      { kind: 'file', throughSize: 5 * EVERY, lastError: undefined },
      {
        kind: 's3',
        throughSize: 3 * EVERY,
        lastError: 'the object store does not do it (ServiceUnavailable)',
      },
      { kind: 'http', throughSize: 3 * EVERY, lastError: 'it answers 500' },
    ]);
    store.outage = receiver.outage = undefined;
    await anchor();
    for (const kind of ['file', 's3', 'webhook'] as const)
      expect(await openAnchor(readable[kind]).read()).toEqual(await notes());
    expect(await states()).toEqual(
      ['file', 's3', 'http'].map((kind) => ({ kind, throughSize: 5 * EVERY, lastError: undefined })),
    );
  });
});

describe('an object store', () => {
  const only = async <Result>(address: string, work: (app: TestApp) => Promise<Result>): Promise<Result> => {
    const app = await appWith([address]);
    await database.query(`DELETE FROM audit_anchors WHERE name LIKE 's3:%'`);
    await app.get(Anchors).send();
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
    const key = `${BUCKET.replace('eu', 'us')}/${String(record?.size).padStart(18, '0')}.note`;
    const root = Buffer.alloc(32, 7).toString('base64');
    store.objects.set(
      key,
      `other.example/audit\n${record?.size}\n${root}\n\n\u2014 other.example/audit AAAAAAAA\n`,
    );
    const [state] = await only(store.address(BUCKET.replace('eu', 'us')), states);
    expect(state).toMatchObject({ throughSize: 0, lastError: expect.stringContaining('another log') });
  });
});

describe('a log that was hashed anew, tree and all', () => {
  it('is found out by what each kind of anchor keeps', async () => {
    for (const table of ['audit_events', 'audit_checkpoints'])
      await database.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await database.query('DELETE FROM audit_checkpoints');
    await database.query(await rewritten(test.get(AuditSearch), 30));
    const rows = await database.query<{ hash: Buffer }>('SELECT hash FROM audit_events ORDER BY seq');
    const range = CompactRange.empty();
    for (const { hash } of rows) range.append(hash);
    await database.query('UPDATE audit_tree SET edge = $1, note = NULL', [range.toBytes()]);
    expect((await verdict([])).bad).toBeUndefined();
    for (const address of Object.values(readable))
      expect((await verdict(await openAnchor(address).read())).bad).toMatchObject({
        since: EVERY + 1,
        seq: 2 * EVERY,
      });
  });
});
