import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditModule } from '../audit/index.js';
import { OperatorsModule } from '../operators/index.js';
import {
  Caller,
  createWorld,
  type TestApp,
  type TestDatabase,
  type World,
} from '../platform/testing/index.js';
import { parseConnectorsFile } from './connectors-file.js';
import { ConnectorsModule } from './connectors.module.js';
import { ConnectorsService } from './connectors.service.js';

const PATH = '/v1/operator/connectors';
let world: World;
let database: TestDatabase;
let first: TestApp;
beforeAll(async () => {
  world = await createWorld({ rooms: [ConnectorsModule, OperatorsModule, AuditModule] });
  ({
    database,
    apps: [first],
  } = world);
});
afterAll(() => world.close());

const operator = () => Caller.operator(first.app);
const file = (connectors: object[]) => parseConnectorsFile({ connectors }, 'FILE', {});
let count = 0;
const acme = (over: object = {}) => ({
  target: `acme-${++count}`,
  preset: 'google',
  clientId: 'client-1',
  clientSecret: 'canary-connector-secret-4711',
  ...over,
});
const create = async () => (await operator().post(PATH, acme())).body;
const lastEvent = async (target: string) => {
  const rows = await database.query<{ detail: object }>(
    'SELECT detail FROM audit_events WHERE target = $1 ORDER BY seq DESC LIMIT 1',
    [target],
  );
  return rows[0];
};

describe('a connector from the connectors file', () => {
  const definition = acme({ target: 'from-file' });
  const find = async () =>
    (await operator().get(PATH)).body.find((row: { target: string }) => row.target === definition.target);

  it('is changed there only, and says so', async () => {
    await first.get(ConnectorsService).apply(file([definition]), 'file');
    const { id, readOnlyBecause } = await find();
    expect(readOnlyBecause).toMatch(/VALETKEY_CONNECTORS_FILE/);
    const answers = [
      await operator().put(`${PATH}/${id}`, { displayName: 'Mine' }),
      await operator().delete(`${PATH}/${id}`),
    ];
    for (const { status, body } of answers) {
      expect([status, body.code]).toEqual([409, 'connector_read_only']);
      expect(body.detail).toMatch(/VALETKEY_CONNECTORS_FILE/);
    }
  });

  it('stays disabled by an operator over restarts, until an operator enables it', async () => {
    const { id } = await find();
    const disabled = await operator().post(`${PATH}/${id}/disable`, { tokens: 'keep' });
    expect(disabled.body).toMatchObject({ disabledBy: 'operator', disabledAt: expect.any(String) });
    await first.get(ConnectorsService).apply(file([definition]), 'file');
    expect((await find()).disabledBy).toBe('operator');
    await first.get(ConnectorsService).apply(file([{ ...definition, displayName: 'Changed' }]), 'file');
    expect(await find()).toMatchObject({ disabledBy: 'operator', displayName: 'Changed' });
    expect((await operator().post(`${PATH}/${id}/enable`)).status).toBe(200);
    expect((await find()).disabledAt).toBeUndefined();
  });

  it('is disabled while the file leaves it out, which no operator can undo here', async () => {
    const { id } = await find();
    await first.get(ConnectorsService).apply(file([]), 'file');
    expect((await find()).disabledBy).toBe('configuration');
    const { status, body } = await operator().post(`${PATH}/${id}/enable`);
    expect([status, body.code]).toEqual([409, 'connector_not_configured']);
    await first.get(ConnectorsService).apply(file([definition]), 'file');
    expect((await find()).disabledAt).toBeUndefined();
  });
});

describe('a file that names the target of a connector that an operator made', () => {
  it('takes it over when it is the same client, with its connections', async () => {
    const { id, target } = await create();
    await first.get(ConnectorsService).apply(file([{ ...acme({ target }), displayName: 'Filed' }]), 'file');
    expect((await operator().get(`${PATH}/${id}`)).body).toMatchObject({
      source: 'file',
      displayName: 'Filed',
    });
    expect((await lastEvent(target))?.detail).toMatchObject({ takenOverFrom: 'operator' });
  });

  it('stops the start with one line when it is another client, and changes nothing', async () => {
    const { id, target } = await create();
    const clash = [acme(), acme({ target, clientId: 'another' })];
    await expect(first.get(ConnectorsService).apply(file(clash), 'file')).rejects.toThrow(
      new RegExp(`^target "${target}" is named by the connectors file, .*: give it another target[^\\n]*$`),
    );
    expect((await operator().get(`${PATH}/${id}`)).body).toMatchObject({
      source: 'operator',
      clientId: 'client-1',
    });
    const targets = (await first.get(ConnectorsService).all()).map((connector) => connector.target);
    expect(targets).not.toContain((clash[0] as { target: string }).target);
  });

  it('takes the place of one that a demo has left, and of none while the demo runs', async () => {
    const service = first.get(ConnectorsService);
    const left = acme();
    await service.apply(file([left]), 'demo');
    const refused = await operator().post(PATH, { ...left, clientId: 'real' });
    expect([refused.status, refused.body.code]).toEqual([409, 'target_taken']);
    expect(refused.body.detail).toMatch(/VALETKEY_DEMO=off/);
    const before = (await operator().get(PATH)).body.find(
      ({ target }: { target: string }) => target === left.target,
    );
    await service.disableSource('demo');
    const { status, body } = await operator().post(PATH, { ...left, clientId: 'real' });
    expect([status, body]).toMatchObject([201, { id: before.id, source: 'operator', clientId: 'real' }]);
    expect(body.disabledAt).toBeUndefined();
    expect(await lastEvent(left.target)).toMatchObject({ detail: { takenOverFrom: 'demo' } });
  });

  it('is not overruled by the demo', async () => {
    const { target } = await create();
    await expect(first.get(ConnectorsService).apply(file([acme({ target })]), 'demo')).rejects.toThrow(
      /VALETKEY_DEMO=off/,
    );
  });
});

describe('two processes that start with one new file', () => {
  it('both come up', async () => {
    const both = file([acme(), acme()]);
    const service = first.get(ConnectorsService);
    await Promise.all([service.apply(both, 'file'), service.apply(both, 'file')]);
    const stored = (await service.all()).filter(({ source, disabledAt }) => source === 'file' && !disabledAt);
    expect(stored.map(({ target }) => target)).toEqual(both.connectors.map(({ target }) => target).sort());
  });
});
