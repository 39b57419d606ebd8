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
import { VaultModule } from '../vault/index.js';
import { Issuer } from './testing/issuer.js';
import { UsersModule } from './users.module.js';

let world: World<readonly TestApp[]>;
let database: TestDatabase;
beforeAll(async () => {
  const rooms = [UsersModule, OperatorsModule, VaultModule, AuditModule];
  world = await createWorld({ rooms, processes: 0 });
  ({ database } = world);
});
afterAll(() => world.close());
const nowS = () => Math.floor(world.clock.now() / 1000);
const status = async (token: string, app: TestApp) =>
  (await new Caller(app.app, token).get('/v1/audit-events')).status;

describe('two issuers', () => {
  const other = 'https://claims.example';
  const known = async (app: TestApp, token: string) => {
    const before = await database.query<{ id: string }>('SELECT id FROM users');
    const answer = await status(token, app);
    const after = await database.query<{ id: string }>('SELECT id FROM users');
    return [answer, ...after.map(({ id }) => id).filter((id) => !before.some((one) => one.id === id))];
  };
  const start = (userIdPrefix?: string) =>
    world.start({
      env: {
        VALETKEY_USER_ISSUERS: JSON.stringify([
          { issuer: two.url, audience: 'our-app' },
          { issuer: other, audience: 'our-app', jwksUri: `${two.url}/keys`, userIdPrefix },
        ]),
      },
    });
  const two = new Issuer();
  const sign = (iss: string, sub: string) => two.sign({ iss, sub, aud: 'our-app', exp: nowS() + 600 });
  beforeAll(() => two.start());
  afterAll(() => two.stop());

  it.each([
    [undefined, 'grace', `${other}|grace`],
    ['b:', 'grace', 'b:grace'],
    ['b', 'grace', 'bgrace'],
    ['', 'grace', undefined],
    [`${other}#`, 'grace', `${other}#grace`],
  ])('with the prefix %s share a user only if that is said', async (prefix, sub, id) => {
    await database.query('DELETE FROM users');
    const app = await start(prefix);
    expect(await known(app, await sign(two.url, sub))).toEqual([200, sub]);
    expect(await known(app, await sign(other, sub))).toEqual(id === undefined ? [200] : [200, id]);
    await app.close();
  });

  it('do not speak for users of each other by a name that looks like theirs', async () => {
    await database.query('DELETE FROM users');
    const app = await start();
    expect(await known(app, await sign(two.url, `${other}|grace`))).toEqual([401]);
    expect(await known(app, await sign(two.url, `${other}|`))).toEqual([401]);
    await app.close();
  });
});
