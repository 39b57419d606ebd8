import { TWIN_CLIENT_IDS, TWIN_CLIENT_SECRETS } from '@valetkey/twin';
import { startStack, until, type Stack } from './kit/index.js';

const PATH = '/v1/operator/connectors';
const USER = 'runtime';
const CALENDAR = 'https://www.googleapis.com/auth/calendar.events.readonly';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const create = async (body: object) => (await stack.operator.post(PATH, body)).body;
const read = async (target: string) =>
  (await stack.user(USER)).get(`/my-account/identities/${target}/access-token`);
const set = async (id: string, what: 'enable' | 'disable', tokens?: string) =>
  stack.operator.post(`${PATH}/${id}/${what}`, tokens === undefined ? undefined : { tokens });

/** Connects, reads, disables and keeps, enables, disables and drops. */
async function lives(connector: { id: string; target: string }, scope: string): Promise<void> {
  const { id, target } = connector;
  await stack.connected(USER, { target, scope });
  const first = await read(target);
  expect([first.status, first.body.accessToken]).toEqual([200, expect.any(String)]);

  expect((await set(id, 'disable', 'keep')).status).toBe(200);
  expect([(await read(target)).status, (await read(target)).body.code]).toEqual([403, 'connector.disabled']);
  expect((await set(id, 'enable')).status).toBe(200);
  expect((await read(target)).body.accessToken).toBe(first.body.accessToken);

  expect((await set(id, 'disable', 'drop')).status).toBe(200);
  await until(`the connections of ${target} are disconnected`, async () => {
    const { body } = await stack.operator.get(`${PATH}/${id}`);
    return body.storedConnectionCount === 0 && !body.dropping;
  });
  await until(`the revocations of ${target} are confirmed`, async () => {
    const { body } = await stack.operator.get(`/v1/connections?userId=${USER}&target=${target}`);
    return body.data[0].status === 'inactive' && body.data[0].revocation?.status === 'confirmed';
  });
}

describe('a connector made at run time', () => {
  it('of the preset oidc is discovered, connects, sleeps, wakes and ends', async () => {
    const connector = await create({
      target: 'own-oidc',
      preset: 'oidc',
      clientId: TWIN_CLIENT_IDS.google,
      clientSecret: TWIN_CLIENT_SECRETS.google,
      endpoints: { issuer: `${stack.twin.url}/google` },
    });
    await lives(connector, CALENDAR);
    const revoked = stack.twin.control.calls({ path: '/google/revoke' });
    expect(revoked.some(({ status }) => status === 200)).toBe(true);
  });

  it('of the preset oauth2 with endpoints of its own does the same', async () => {
    const connector = await create({
      target: 'own-oauth2',
      preset: 'oauth2',
      clientId: TWIN_CLIENT_IDS.google,
      clientSecret: TWIN_CLIENT_SECRETS.google,
      clientAuthentication: 'client_secret_post',
      endpoints: {
        authorization: `${stack.twin.url}/google/o/oauth2/v2/auth`,
        token: `${stack.twin.url}/google/token`,
        userinfo: `${stack.twin.url}/google/oauth2/v3/userinfo`,
        revocation: `${stack.twin.url}/google/revoke`,
      },
    });
    await lives(connector, `openid ${CALENDAR}`);
  });
});
