import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunErasures } from '../audit/index.js';
import { OperatorsService } from '../operators/index.js';
import { Caller, signedInOperator, verifyTree, type TwinWorld } from '../platform/testing/index.js';
import { Revocations } from './revocations.js';
import { createConnectedWorld, GOOGLE } from '../authorizations/testing/index.js';

const EMAIL = 'grace@example.com';
const PASSWORD = 'correct horse battery staple';

let world: TwinWorld;
let operator: Caller;
beforeAll(async () => {
  world = await createConnectedWorld(1, {
    VALETKEY_OPERATOR_EMAIL: EMAIL,
    VALETKEY_OPERATOR_PASSWORD: PASSWORD,
  });
  operator = Caller.operator(world.apps[0].app);
});
afterAll(() => world.close());

const look = async () => {
  await world.database.query('UPDATE audit_erasures SET next_at = now()');
  await world.apps[0].get(RunErasures).runDue();
};
const erasure = async (id: string) => (await operator.get(`/v1/operator/audit-erasures/${id}`)).body;

describe('deleting a user whom the audit log is to forget', () => {
  it('erases them everywhere, once the last revocation is recorded, and the log still verifies', async () => {
    const [user, bystander] = [await world.user('leaver'), await world.user('bystander')];
    await user.connect('google', GOOGLE.events);
    await bystander.connect('dropbox', 'files.metadata.read');
    await user.get('/my-account/identities/google/access-token');
    expect(await world.database.tablesWith('leaver')).not.toEqual([]);

    const { status, body } = await operator.delete('/v1/users/leaver?eraseAudit=true');
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ id: 'leaver', revocations: 1, erasureId: expect.stringMatching(/^aer_/) }),
    ]);
    await look();
    await look();
    expect(await erasure(body.erasureId)).toMatchObject({ status: 'waiting', erased: expect.any(Number) });

    const [{ id } = { id: '' }] = await world.database.query<{ id: string }>('SELECT id FROM revocations');
    await world.apps[0].get(Revocations).runRevocation(id);
    await look();
    await look();
    expect(await erasure(body.erasureId)).toMatchObject({
      status: 'finished',
      finishedAt: expect.any(String),
    });
    expect(await world.database.tablesWith('leaver')).toEqual([]);
    const { body: kept } = await operator.get('/v1/audit-events?userId=bystander');
    expect(kept.data.length).toBeGreaterThan(2);
    await verifyTree(world.database);
  });

  it('goes on when a provider never confirmed a revocation, says so, and keeps nothing of them', async () => {
    const [leaver, stayer] = [await world.user('leaver-3'), await world.user('stayer')];
    await leaver.connect('google', GOOGLE.events);
    await operator.delete(`/v1/operator/connections/${await stayer.connect('google', GOOGLE.events)}`);
    const { body } = await operator.delete('/v1/users/leaver-3?eraseAudit=true');
    await look();
    await look();
    expect(await erasure(body.erasureId)).toMatchObject({ status: 'waiting', unconfirmedRevocations: 0 });

    await world.database.query(`UPDATE revocations SET status = 'given_up', finished_at = now()`);
    await look();
    expect(await erasure(body.erasureId)).toMatchObject({ status: 'finished', unconfirmedRevocations: 1 });
    expect(await world.database.tablesWith('leaver-3')).toEqual([]);
    const { body: ends } = await operator.get('/v1/audit-events?type=audit_erasure.finished');
    expect(ends.data[0].detail).toMatchObject({ erasureId: body.erasureId, unconfirmedRevocations: 1 });
    expect(await world.database.query('SELECT user_id FROM revocations')).toEqual([{ user_id: 'stayer' }]);
  });

  it('leaves the audit log alone when nobody asks for more', async () => {
    await world.user('leaver-2');
    const { body } = await operator.delete('/v1/operator/users/leaver-2');
    expect(body.erasureId).toBeUndefined();
    await look();
    const { body: kept } = await operator.get('/v1/audit-events?userId=leaver-2');
    expect(kept.data.map(({ type }: { type: string }) => type)).toContain('user.deleted');
  });

  it('can be made up for later, when the user is long gone', async () => {
    const { status, body } = await operator.post('/v1/operator/audit-erasures', { userId: 'leaver-2' });
    expect([status, body]).toEqual([201, expect.objectContaining({ status: 'running', erased: 0 })]);
    await look();
    await look();
    expect(await erasure(body.id)).toMatchObject({ status: 'finished' });
    expect(await world.database.tablesWith('leaver-2')).toEqual([]);
    const { headers, body: list } = await operator.get('/v1/operator/audit-erasures');
    expect([headers['content-range'], list[0]]).toEqual([
      'audit-erasures 0-2/3',
      expect.objectContaining({ id: body.id }),
    ]);
    expect((await operator.get('/v1/operator/audit-erasures/aer_none')).body.code).toBe('not_found');
  });

  it('is for owners, and whoever else tries is recorded', async () => {
    await world.user('stays');
    const { app, get } = world.apps[0];
    await get(OperatorsService).ensureFirstOwner();
    await world.database.query(`UPDATE operators SET role = 'admin'`);
    const { cookie, csrfToken } = await signedInOperator(app, EMAIL, PASSWORD);
    const [admin, headers] = [new Caller(app), { cookie, 'valetkey-csrf': csrfToken }];
    const tries = [
      await admin.delete('/v1/users/stays?eraseAudit=true', headers),
      await admin.post('/v1/operator/audit-erasures', { userId: 'stays' }, headers),
      await admin.post('/v1/operator/audit-trims', { before: '2026-01-01' }, headers),
    ];
    expect(tries.map(({ status, body }) => [status, body.code])).toEqual(
      tries.map(() => [403, 'owner_required']),
    );
    expect((await operator.get('/v1/operator/users/stays')).status).toBe(200);
    const { body } = await operator.get('/v1/audit-events?type=access.denied');
    expect(body.data).toHaveLength(3);
  });
});

describe('letting go of old months over the API', () => {
  it('takes a day or a time, and says when there is nothing', async () => {
    for (const before of ['2026-01-01', '2026-01-01T00:00:00Z']) {
      const { status, body } = await operator.post('/v1/operator/audit-trims', { before });
      expect([status, body.code]).toEqual([409, 'nothing_to_trim']);
    }
    const odd = await operator.post('/v1/operator/audit-trims', { before: 'yesterday' });
    expect([odd.status, odd.body.detail]).toEqual([400, expect.stringContaining('must be a day')]);
    for (const id of ['7', 'x'])
      expect((await operator.get(`/v1/operator/audit-trims/${id}`)).status).toBe(404);
    expect((await operator.get('/v1/operator/audit-trims')).body).toEqual([]);
  });
});
