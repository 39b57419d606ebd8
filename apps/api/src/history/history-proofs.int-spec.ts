import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TrustedKeys, verifyProof, type PublicAuditKey } from '@valetkey/audit-log';
import { Audit } from '../audit/index.js';
import { CONNECTED_ROOMS } from '../authorizations/testing/index.js';
import { Caller, createWorld, type TestApp, type World } from '../platform/testing/index.js';
import { HistoryModule } from './history.module.js';

let world: World;
let test: TestApp;
beforeAll(async () => {
  world = await createWorld({ rooms: [HistoryModule, ...CONNECTED_ROOMS] });
  [test] = world.apps;
});
afterAll(() => world.close());

it('gives users a proof of each line of their history, and nobody else', async () => {
  const actor = { type: 'agent', id: 'agt_1' } as const;
  await test
    .get(Audit)
    .record({ type: 'access_token.read', outcome: 'succeeded', actor, userId: 'ada', ip: '192.0.2.1' });
  const ada = await Caller.user(test.app, 'ada');
  const paths = [...(await ada.get('/connect/history')).text.matchAll(/href="([^"]+\/proof)"/g)];
  expect(paths).toHaveLength(2);
  const keys = (await ada.get('/.well-known/audit-keys.json')).body.keys as PublicAuditKey[];
  for (const [, path = ''] of paths) {
    const { headers, text } = await ada.get(path);
    expect(headers['content-disposition']).toMatch(/^attachment; filename="evt_\w+\.proof\.json"$/);
    expect(verifyProof(text, new TrustedKeys(keys))).toMatchObject({ holds: true });
    expect(text).not.toContain('192.0.2.1');
    expect((await (await Caller.user(test.app, 'grace')).get(path)).status).toBe(404);
    expect((await new Caller(test.app).get(path)).status).toBe(401);
  }
});
