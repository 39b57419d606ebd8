import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TrustedKeys, verifyProof } from '@valetkey/audit-log';
import { CredentialReaders, RoutePolicies, type Caller as Who } from '../../platform/index.js';
import { Caller } from '../../platform/testing/index.js';
import type { NewAuditEvent } from '../audit-event.js';
import { AuditKeys } from '../audit-keys.js';
import { Audit } from '../audit.js';
import { Checkpoints } from '../checkpoints.js';
import { createAuditWorld, type AuditWorld } from '../testing/audit-world.js';

const CLI = fileURLToPath(new URL('../../../../../libs/audit-log/bin/valetkey-verify.js', import.meta.url));
const COUNT = 700;
const HIDDEN = 'user-hidden';

let world: AuditWorld;
let keys: TrustedKeys;
let ids: string[];
beforeAll(async () => {
  world = await createAuditWorld();
  const { app } = world;
  app.get(RoutePolicies).register({
    ask: () => Promise.resolve(({ userId }) => Promise.resolve(userId !== HIDDEN)),
  });
  app.get(CredentialReaders).register({
    read: (_, bearer = '') => Promise.resolve(JSON.parse(Buffer.from(bearer, 'base64url').toString()) as Who),
  });
  const recorded = await app.get(Audit).record(...Array.from({ length: COUNT }, (_, n) => eventOf(n)));
  ids = recorded.map(({ id }) => id);
  keys = new TrustedKeys(await app.get(AuditKeys).publicKeys());
});
afterAll(() => world.close());

/** Every third is an agent's of `agt_1`, every third of ada's own; all have an address. */
function eventOf(n: number): NewAuditEvent {
  const actors = [
    { type: 'agent', id: 'agt_1' },
    { type: 'user', id: 'ada' },
    { type: 'user', id: 'eve@example.com' },
  ] as const;
  const actor = actors[n % 3] ?? actors[0];
  return {
    type: 'access_token.read',
    outcome: 'succeeded',
    actor,
    agentId: actor.type === 'agent' ? actor.id : 'agt_2',
    userId: n % 3 === 0 && n % 2 === 0 ? HIDDEN : 'ada',
    connectionId: `con_${n}`,
    keyId: 'key_1',
    ip: '192.0.2.9',
    detail: { n },
  };
}

const as = (who: object) => new Caller(world.app.app, Buffer.from(JSON.stringify(who)).toString('base64url'));
const operator = () => as({ type: 'operator', id: 'opr_spec', role: 'auditor', via: 'key' });
const agent = (id = 'agt_1') => as({ type: 'agent', id });
const ada = () => as({ type: 'user', id: 'ada' });
const at = (id: string | undefined) => `/v1/audit-events/${id}/proof`;
const mine = (id: string | undefined) => `/my-account/audit-events/${id}/proof`;

describe('the proof of an event', () => {
  it('holds for every kind of place in the tree, under a signed checkpoint, and holds all of the event', async () => {
    for (const n of [0, 1, 255, 256, 511, 512, 513, COUNT - 1]) {
      const { status, body, text, headers } = await operator().get(at(ids[n]));
      expect([n, status, body.inclusion?.leafIndex]).toEqual([n, 200, n]);
      expect(verifyProof(text, keys)).toEqual({ holds: true, text: expect.stringContaining(`${ids[n]}`) });
      expect(body.event).toMatchObject({ detail: { n }, ip: '192.0.2.9', salt: expect.any(String) });
      expect(headers['content-disposition']).toContain(`${ids[n]}.proof.json`);
    }
  });

  it('is taken for an event that was recorded a moment ago, under a checkpoint that is kept', async () => {
    const [recorded] = await world.app.get(Audit).record(eventOf(1));
    const { status, body, text } = await operator().get(at(recorded?.id));
    expect([status, verifyProof(text, keys).holds]).toEqual([200, true]);
    const kept = await world.app.get(Checkpoints).ofSize(body.inclusion.treeSize);
    expect(kept.note).toBe(body.checkpoint);
  });

  it('is given to agents and users of what they may see, and of nothing else', async () => {
    const [ofHidden, ofAda, ofEve] = [ids[0], ids[1], ids[2]];
    const ofAgent = ids[3];
    const answers = await Promise.all([
      agent().get(at(ofAgent)),
      agent('agt_9').get(at(ofAgent)),
      agent().get(at(ofAda)),
      agent().get(at(ofHidden)),
      ada().get(mine(ofAgent)),
      ada().get(mine(ofEve)),
      ada().get(mine(ofHidden)),
      as({ type: 'user', id: 'bob' }).get(mine(ofAda)),
      agent().get(mine(ofAgent)),
      operator().get(at('evt_unknown')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 404, 200, 200, 404, 404, 403, 404]);
    for (const { text, status } of answers)
      if (status === 200) expect(verifyProof(text, keys).holds).toBe(true);
  });

  it('shows the own personal part, and of another only its digest', async () => {
    const own = (await ada().get(mine(ids[1]))).body.event;
    expect(own).toMatchObject({ ip: '192.0.2.9', userId: 'ada', salt: expect.any(String) });
    for (const n of [2, 3]) {
      const { body, text } = await ada().get(mine(ids[n]));
      expect(text).not.toMatch(/192\.0\.2\.9|eve@example\.com/);
      expect(body.event).toMatchObject({ detail: {}, connectionId: `con_${n}` });
      expect(body.event.salt ?? body.event.userId).toBeUndefined();
      expect(verifyProof(text, keys)).toMatchObject({
        holds: true,
        text: expect.stringContaining('withheld'),
      });
    }
  });

  it('is checked by the command, without a server', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'valetkey-proof-'));
    const { text } = await operator().get(at(ids[300]));
    const published = await world.app.get(AuditKeys).publicKeys();
    writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: published }));
    const run = (proof: string) => {
      writeFileSync(join(folder, 'proof.json'), proof);
      const args = [CLI, '--proof', join(folder, 'proof.json'), '--keys', join(folder, 'keys.json')];
      return promisify(execFile)(process.execPath, args).then(
        ({ stdout }) => [0, stdout],
        ({ code, stderr }: { code: number; stderr: string }) => [code, stderr],
      );
    };
    expect(await run(text)).toEqual([0, expect.stringContaining('is leaf 300 of')]);
    expect(await run(text.replaceAll('succeeded', 'failed'))).toEqual([
      1,
      expect.stringContaining('The proof does not hold'),
    ]);
  });

  it('says that an event still waits when its place does not come', async () => {
    const { database, app } = world;
    await database.query(`UPDATE audit_tree SET holder = 'gone', lease_until = now() + interval '1 hour'`);
    const [waiting] = await app.get(Audit).record(eventOf(3));
    const path = at(waiting?.id);
    expect((await agent().get(path)).body).toMatchObject({
      status: 503,
      code: 'event_pending',
      retryable: true,
    });
    expect((await agent('agt_9').get(path)).status).toBe(404);
    await database.query('UPDATE audit_tree SET lease_until = now()');
    expect((await agent().get(path)).status).toBe(200);
  });
});

describe('the proof that the log has only grown', () => {
  it('holds between any two checkpoints that are kept, and with the newest', async () => {
    const sizes = (await world.app.get(Checkpoints).list(0, 100)).map(({ size }) => size);
    expect(sizes.length).toBeGreaterThan(1);
    const path = (from: number, to?: number) =>
      `/v1/operator/audit-tree/consistency?from=${from}${to === undefined ? '' : `&to=${to}`}`;
    for (const from of sizes)
      for (const to of [...sizes, undefined]) {
        if (to !== undefined && to < from) continue;
        const { text } = await operator().get(path(from, to));
        expect(verifyProof(text, keys)).toMatchObject({
          holds: true,
          text: expect.stringContaining(`${from}`),
        });
      }
    const [first = 0, second] = sizes;
    const refused = await Promise.all([
      operator().get(path(second ?? 0, first)),
      operator().get(path(7)),
      operator().get(path(0)),
      operator().get('/v1/operator/audit-tree/consistency'),
      agent().get(path(first, second)),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([400, 404, 400, 400, 403]);
  });
});
