import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseCheckpoint } from '@valetkey/audit-log';
import {
  backUp,
  createWorld,
  type TestApp,
  type TestDatabase,
  type World,
} from '../../platform/testing/index.js';
import { Audit } from '../audit.js';
import { AuditKeys } from '../audit-keys.js';
import { AuditModule } from '../audit.module.js';
import { PublishCheckpoints } from '../publish-checkpoints.js';
import { LogStatus } from '../log-status.js';
import { EventProofs } from '../proofs/event-proofs.js';
import { SignedTree } from '../signed-tree.js';
import { noVault } from '../testing/no-vault.js';
import { ObjectStore } from '../testing/object-store.js';
import { newEvent } from '../testing/shared-log.js';
import { ForkGuard } from './fork-guard.js';

const CREDENTIALS = { accessKeyId: 'AKIDSPEC', secretAccessKey: 'a-secret-of-the-store' };
const EACH = 300;
const OPERATOR = { type: 'operator', id: 'opr_spec' } as const;

let store: ObjectStore;
let file: string;
let s3: string;
let world: World<readonly TestApp[]>;
let restored: World<readonly TestApp[]>;
beforeAll(async () => {
  store = await ObjectStore.start(CREDENTIALS);
  process.env['AWS_ACCESS_KEY_ID'] = CREDENTIALS.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = CREDENTIALS.secretAccessKey;
  file = pathToFileURL(join(mkdtempSync(join(tmpdir(), 'valetkey-restored-')), 'audit.notes')).href;
  s3 = store.address('anchors/log');
  world = await logOn();
  const before = await start(world);
  await grow(before);
  await before.close();
  restored = await logOn(await backUp(world.database));
  const after = await start(world);
  await grow(after);
  await after.close();
});
afterAll(async () => {
  await Promise.all([world.close(), restored.close()]);
  await store.close();
});

const logOn = (database?: TestDatabase) =>
  createWorld({
    rooms: [AuditModule],
    processes: 0,
    prepare: (app) => app.get(AuditKeys).sealWith(noVault),
    ...(database && { database }),
  });
const start = (of: World<readonly TestApp[]>, env: Readonly<Record<string, string>> = {}) =>
  of.start({ env: { VALETKEY_AUDIT_ANCHORS: `${file},${s3}`, ...env } });

const record = (app: TestApp) =>
  app.get(Audit).record(...Array.from({ length: EACH }, () => newEvent({ userId: 'ada' })));

/** More events, and a checkpoint of them in every anchor. */
async function grow(app: TestApp): Promise<void> {
  await record(app);
  await app.get(PublishCheckpoints).publish();
}

const published = () => readFileSync(fileURLToPath(file), 'utf8');

describe('a database that was restored from an older backup', () => {
  it.each([
    ['a file', () => ({ VALETKEY_AUDIT_ANCHORS: file })],
    ['an object store', () => ({ VALETKEY_AUDIT_ANCHORS: s3 })],
  ])('is not signed once %s tells of a later tree, and says so', async (_, env) => {
    const app = await start(restored, env());
    expect(app.get(ForkGuard).fork).toEqual({ place: expect.any(String), publishedSize: 2 * EACH });
    const [event] = await app.get(Audit).record(newEvent());
    expect((await app.get(SignedTree).newest()).note).toBeUndefined();
    await expect(app.get(EventProofs).ofEvent(event?.id ?? '', OPERATOR)).rejects.toMatchObject({
      code: 'audit_unsigned',
    });
  });

  it('is not signed either when it has grown past what was published', async () => {
    const grown = await start(restored);
    for (let n = 0; n < 5; n++) await record(grown);
    for (const anchors of [file, s3]) {
      const app = await start(restored, { VALETKEY_AUDIT_ANCHORS: anchors });
      expect(app.get(ForkGuard).fork).toMatchObject({ publishedSize: 2 * EACH });
      const known = [published(), store.objects.size];
      await app.get(PublishCheckpoints).publish();
      expect([published(), store.objects.size]).toEqual(known);
    }
  });

  it('stays unsigned while the anchor that told is away', async () => {
    const app = await start(restored, { VALETKEY_AUDIT_ANCHORS: s3 });
    store.outage = 503;
    await app.get(ForkGuard).check();
    store.outage = undefined;
    expect(app.get(ForkGuard).fork).toMatchObject({ publishedSize: 2 * EACH });
  });

  it('goes on under another origin, in a place of its own', async () => {
    const place = `${file}.new`;
    const app = await start(restored, {
      VALETKEY_AUDIT_ORIGIN: 'vault.example/after-the-restore',
      VALETKEY_AUDIT_ANCHORS: `${place},${file}`,
    });
    expect(app.get(ForkGuard).fork).toBeUndefined();
    await grow(app);
    const note = (await app.get(SignedTree).newest()).note ?? '';
    expect(parseCheckpoint(note)?.origin).toBe('vault.example/after-the-restore');
    expect(readFileSync(fileURLToPath(place), 'utf8')).toContain('vault.example/after-the-restore\n');
  });
});

it('signs on where nothing was lost', async () => {
  const app = await start(world);
  expect([app.get(ForkGuard).fork, app.get(ForkGuard).maySign]).toEqual([undefined, true]);
  const size = async () => (await app.get(LogStatus).state()).signedSize;
  await grow(app);
  expect(await size()).toBe(3 * EACH);
});
