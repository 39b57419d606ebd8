import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  cosign,
  hashLeaf,
  keysIn,
  openNote,
  readVerifierKey,
  TrustedKeys,
  verdictText,
  verifierKey,
  verifyCosignature,
  verifyDatabase,
  verifyEd25519,
  verifyProof,
  type NoteKey,
} from '@valetkey/audit-log';
import { CredentialReaders, RoutePolicies, type Caller as Who } from '../../platform/index.js';
import { Caller, type TestApp } from '../../platform/testing/index.js';
import { Audit } from '../audit.js';
import { AuditKeys } from '../audit-keys.js';
import { Checkpoints } from '../checkpoints.js';
import { LogStatus } from '../log-status.js';
import { PublishCheckpoints } from '../publish-checkpoints.js';
import { createAuditWorld, type AuditWorld } from '../testing/audit-world.js';
import { newEvent } from '../testing/shared-log.js';
import { TestWitness } from '../testing/test-witness.js';

const CLI = fileURLToPath(new URL('../../../../../libs/audit-log/bin/valetkey-verify.js', import.meta.url));
const ORIGIN = 'log.example/witnessed';

let world: AuditWorld;
let app: TestApp;
let near: TestWitness;
let far: TestWitness;
beforeAll(async () => {
  world = await createAuditWorld();
  const log = async () => ({ origin: ORIGIN, keys: new TrustedKeys(await publicKeys()) });
  near = await TestWitness.start('near.example/w', log);
  far = await TestWitness.start('far.example/w', log);
  app = await world.start({
    VALETKEY_AUDIT_ORIGIN: ORIGIN,
    VALETKEY_AUDIT_PUBLIC: 'on',
    VALETKEY_AUDIT_WITNESSES: JSON.stringify([near.setting, far.setting]),
  });
  app.get(RoutePolicies).register({ ask: async () => async () => true });
  app.get(CredentialReaders).register({
    read: async (): Promise<Who> => ({ type: 'operator', id: 'opr_spec', role: 'auditor', via: 'key' }),
  });
});
afterAll(async () => {
  await world.close();
  await Promise.all([near.close(), far.close()]);
});
beforeEach(() => {
  near.instead = far.instead = undefined;
});

const operator = () => new Caller(app.app, 'of-an-operator');
const publicKeys = () => app.get(AuditKeys).publicKeys();
const trusting = async (...witnesses: NoteKey[]) => new TrustedKeys(await publicKeys(), witnesses);

/** More events and a round over them. */
async function goOn(count = 3): Promise<void> {
  await app.get(Audit).record(...Array.from({ length: count }, () => newEvent({ userId: 'ada' })));
  await app.get(PublishCheckpoints).publish();
}

async function newest() {
  const kept = await app.get(Checkpoints).newestKept();
  if (!kept) throw new Error('there is no checkpoint');
  return kept;
}

async function stateOf({ key }: TestWitness) {
  const { witnesses } = await app.get(LogStatus).state();
  return witnesses.find(({ name }) => name === key.name);
}

/** A cosignature as a witness of this name would make it who has another key. */
function cosignatureOf({ note }: { readonly note: string }, name: string): string {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  return cosign(text, { name, type: 'cosignature', publicKey }, privateKey, 1_800_000_000);
}

async function sayOf(...witnesses: NoteKey[]) {
  const keys = await publicKeys();
  const settings = { keys, witnesses, notes: [], threads: 0, say: () => undefined };
  return verdictText(await verifyDatabase(world.database.url, settings));
}

describe('witnesses', () => {
  it('cosign each checkpoint from the one they have cosigned before, wherever it is given out', async () => {
    await goOn(300);
    await goOn(300);
    const { size, note } = await newest();
    expect([near.asked, near.latest?.size]).toEqual([[0, 300], size]);
    const keys = await trusting(near.key, far.key);
    expect([keys.checkpoint(note)?.size, keys.missingWitness(note)]).toEqual([size, undefined]);
    const outside = await world.outside();
    expect(outside.at(-1)).toBe(note);
    const published = await app.app.inject({ method: 'GET', url: '/audit/checkpoint' });
    expect(published.body).toBe(note);
  });

  it('are wanted by a verifier of a proof, and of the whole log', async () => {
    const [recorded] = await app.get(Audit).record(newEvent({ userId: 'ada' }));
    await app.get(PublishCheckpoints).publish();
    const { text: proof } = await operator().get(`/v1/audit-events/${recorded?.id}/proof`);
    expect(verifyProof(proof, await trusting(near.key, far.key))).toMatchObject({ holds: true });
    const stranger = { ...near.key, name: 'stranger.example' };
    expect(verifyProof(proof, await trusting(near.key, stranger))).toEqual({
      holds: false,
      text: 'The proof does not hold: its checkpoint is not cosigned by stranger.example.',
    });
    const { size } = await newest();
    expect(await sayOf(near.key)).toMatchObject({
      holds: true,
      text: expect.stringContaining(`Cosigned by near.example/w up to row ${size}.`),
    });
    expect(await sayOf(near.key, stranger)).toEqual({
      holds: false,
      text: 'No checkpoint that fits is cosigned by stranger.example.',
    });
  });

  it('that are away hold up neither the log nor each other, and get the newest later', async () => {
    far.instead = 'hang up';
    await goOn();
    const before = (await stateOf(far))?.throughSize ?? 0;
    expect(await stateOf(far)).toMatchObject({ lastError: expect.stringContaining('does not answer') });
    const { size, note } = await newest();
    expect(await stateOf(near)).toMatchObject({ throughSize: size, lastError: undefined });
    expect((await trusting(far.key)).missingWitness(note)).toBe(far.key.name);
    far.instead = undefined;
    await goOn();
    expect(far.asked.at(-1)).toBe(before);
    expect(await stateOf(far)).toMatchObject({ throughSize: size + 3, failedAt: undefined });
  });

  it('say themselves which tree they know, when the database has forgotten it', async () => {
    await world.database.query(`DELETE FROM audit_anchors WHERE name LIKE 'witness %'`);
    near.asked.length = 0;
    const known = near.latest?.size;
    await goOn();
    expect(near.asked).toEqual([0, known]);
    expect(await stateOf(near)).toMatchObject({ throughSize: (await newest()).size });
  });

  it.each([
    [
      'of another key',
      async () => cosignatureOf(await newest(), 'near.example/w'),
      'no cosignature of the key',
    ],
    ['that is none', async () => 'hello\n', 'no cosignature of the key'],
    ['without end', async () => 'x'.repeat(1_000_000), 'no cosignature of the key'],
  ])('are not believed with a line %s', async (_, body, why) => {
    near.instead = [200, await body()];
    await goOn();
    expect(await stateOf(near)).toMatchObject({ lastError: expect.stringContaining(why) });
    expect((await trusting(near.key)).missingWitness((await newest()).note)).toBe(near.key.name);
  });

  it.each([
    [403, '', 'give it the verifier key and the origin'],
    [404, '', 'does not know this log'],
    [409, '', 'another tree of this size'],
    [422, '', 'does not continue'],
    [500, '', 'answers 500'],
    [409, '99999999\n', 'has cosigned a tree of 99999999 events'],
    [409, '0\n', 'names another size each time'],
    [409, '-1\n', 'another tree of this size'],
    [409, '007\n', 'another tree of this size'],
  ])('that answer %s %j are said to', async (status, body, why) => {
    near.instead = [status, body, body === '' ? 'text/plain' : 'text/x.tlog.size'];
    await goOn();
    expect(await stateOf(near)).toMatchObject({ lastError: expect.stringContaining(why) });
  });

  it('find out a log that was written anew', async () => {
    await goOn();
    const { latest } = far;
    if (!latest) throw new Error('nothing is cosigned');
    far.latest = { ...latest, root: hashLeaf(Buffer.from('another')) };
    await goOn();
    expect(await stateOf(far)).toMatchObject({ lastError: expect.stringContaining('does not continue') });
    far.latest = latest;
    await goOn();
    expect((await stateOf(far))?.lastError).toBeUndefined();
  });

  it('stand in the state of the log for operators, and a trim waits for them', async () => {
    await goOn();
    const { size } = await newest();
    const { body } = await operator().get('/v1/operator/audit-tree');
    expect(body).toMatchObject({
      signedSize: size,
      signedAt: expect.any(String),
      witnesses: [
        { name: near.key.name, throughSize: size, reachedAt: expect.any(String) },
        { name: far.key.name, throughSize: size },
      ],
    });
  });

  it('are told the key and the name of the log as they take it', async () => {
    const { body } = await new Caller(app.app).get('/.well-known/audit-keys.json');
    const keys = body.keys.map((key: { readonly verifierKey: string }) => readVerifierKey(key.verifierKey));
    const { note } = await newest();
    expect(openNote(note, keys, { ed25519: verifyEd25519, cosignature: verifyCosignature })).toBeDefined();
    expect(keys[0]).toMatchObject({ name: ORIGIN, type: 'ed25519' });
  });
});

describe('valetkey-verify', () => {
  it.each([
    [0, 'Cosigned by near.example/w up to row', () => near.key],
    [
      1,
      'No checkpoint that fits is cosigned by other.example.',
      () => ({ ...near.key, name: 'other.example' }),
    ],
  ])('ends with %i where a witness is wanted: %s', async (code, text, key) => {
    await goOn();
    const args = ['--database', world.database.url, '--witness', verifierKey(key())];
    const ended = await promisify(execFile)(process.execPath, [CLI, ...args]).then(
      ({ stdout }) => [0, stdout],
      (error: { readonly code: number; readonly stderr: string }) => [error.code, error.stderr],
    );
    expect(ended).toEqual([code, expect.stringContaining(text)]);
  });
});

describe('a file of keys', () => {
  it('that has none is refused: without keys no signature would be checked', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'valetkey-keys-')), 'keys.json');
    writeFileSync(file, JSON.stringify({ keys: await publicKeys() }));
    expect(keysIn(file)).toHaveLength((await publicKeys()).length);
    writeFileSync(file, '{"keys":[]}');
    expect(() => keysIn(file)).toThrow('holds no keys');
  });
});
