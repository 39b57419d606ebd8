import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseCheckpoint, tilePath, tilesOf, TrustedKeys, verifyTiles } from '@valetkey/audit-log';
import { Caller, type TestApp } from '../../platform/testing/index.js';
import { AuditKeys } from '../audit-keys.js';
import { Audit } from '../audit.js';
import { Checkpoints } from '../checkpoints.js';
import { createAuditWorld, type AuditWorld } from '../testing/audit-world.js';
import { newEvent } from '../testing/shared-log.js';

const COUNT = 1_100;
const ORIGIN = 'log.example/of-the-vault';

let world: AuditWorld;
let open: TestApp;
beforeAll(async () => {
  world = await createAuditWorld();
  open = await world.start({ VALETKEY_AUDIT_PUBLIC: 'on', VALETKEY_AUDIT_ORIGIN: ORIGIN });
  await open.get(Audit).record(...Array.from({ length: COUNT }, () => newEvent({ userId: 'ada' })));
  await open.get(Checkpoints).make();
});
afterAll(() => world.close());

const get = (path: string, remoteAddress = '192.0.2.1') =>
  open.app.inject({ method: 'GET', url: path, remoteAddress });

/** A directory with what a monitor finds at the public addresses. */
async function mirror(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'valetkey-mirror-'));
  const note = (await get('/audit/checkpoint')).body;
  writeFileSync(join(directory, 'checkpoint'), note);
  for (const tile of tilesOf(parseCheckpoint(note)?.size ?? 0)) {
    const path = tilePath(tile);
    const { statusCode, rawPayload } = await get(`/audit/${path}`);
    expect([path, statusCode]).toEqual([path, 200]);
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), rawPayload);
  }
  return directory;
}

describe('the public log', () => {
  it('is mirrored and verified with the published keys, under the origin of the setting', async () => {
    const directory = await mirror();
    const keys = new TrustedKeys(await open.get(AuditKeys).publicKeys());
    expect(await verifyTiles(directory, [], keys)).toMatchObject({
      bad: undefined,
      rows: COUNT,
      checkpointsMet: 1,
    });
    expect((await get('/audit/checkpoint')).body).toMatch(new RegExp(`^${ORIGIN}\n${COUNT}\n`));
    const path = join(directory, 'tile/0/002');
    writeFileSync(path, Buffer.alloc(256 * 32, 7));
    expect((await verifyTiles(directory, [], keys)).bad).toBeDefined();
  });

  it('lets caches keep full tiles for good, and nothing else for long', async () => {
    const cached = async (path: string) => (await get(path)).headers['cache-control'];
    expect(await cached('/audit/tile/0/003')).toBe('public, max-age=31536000, immutable');
    expect(await cached('/audit/tile/1/000.p/4')).toBe('public, max-age=60');
    expect(await cached('/audit/checkpoint')).toBe('public, max-age=5');
  });

  it('serves a partial tile that an older checkpoint had, and none that no checkpoint vouches for', async () => {
    expect((await get('/audit/tile/0/000.p/17')).rawPayload).toHaveLength(17 * 32);
    await open.get(Audit).record(newEvent());
    expect((await get(`/audit/tile/0/004.p/${COUNT % 256}`)).statusCode).toBe(200);
    expect((await get(`/audit/tile/0/004.p/${(COUNT % 256) + 1}`)).statusCode).toBe(404);
  });

  it.each([
    'tile/0/005',
    'tile/0/x001/000',
    'tile/9/000',
    'tile/0/0',
    'tile/0/0000',
    'tile/00/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/017',
    'tile/entries/000',
    'tile/-1/000',
    'tile/0/000%00',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/',
  ])('has no %s', async (path) => {
    expect((await get(`/audit/${path}`)).statusCode).toBe(404);
  });

  it('is not there unless the operator says so', async () => {
    const closed = new Caller(world.app.app);
    for (const path of ['/audit/checkpoint', '/audit/tile/0/000'])
      expect((await closed.get(path)).status).toBe(404);
  });

  it('gives one network so many requests a second, and others theirs', async () => {
    const ask = (address: string) => get('/audit/tile/1/000.p/4', address);
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, n) => ask(n % 2 === 0 ? '2001:db8::7' : '2001:db8::8')),
    );
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(100);
    expect((await get('/audit/checkpoint', '2001:db8:1::8')).statusCode).toBe(200);
  });
});
