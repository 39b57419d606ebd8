import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { violationsOf } from './accessibility.js';
import { handOver } from './app-page.js';
import { SPEC_MS, START_MS, type Scene } from './scene.js';
import { stage } from './stage.js';
import { PHONE } from './visitor.js';

const RIGHT = 'patCanaryRight.4711';
const WRONG = 'patCanaryWrong.4711';
const USER = 'ada@acme.example';

let scene: Scene;
/** Stands for the provider's account endpoint. */
let provider: Server;
beforeAll(async () => {
  scene = await stage.scene();
  provider = createServer(({ headers }, response) => {
    const isRight = headers.authorization === `Bearer ${RIGHT}`;
    response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isRight ? { id: 'usr1', email: USER } : { error: 'unauthorized' }));
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
}, START_MS);
afterAll(async () => {
  provider.close();
  expect(await scene.leave()).toEqual([]);
  await scene.close();
}, START_MS);

it(
  'a user enters a key on a phone, is asked again for a wrong one, and nothing shows it',
  async () => {
    const { operator, server } = scene.stack;
    const { port } = provider.address() as AddressInfo;
    const endpoints = { userinfo: `http://127.0.0.1:${port}/whoami` };
    const connector = { target: 'airtable-key', preset: 'airtable:key', displayName: 'Airtable', endpoints };
    expect((await operator.post('/v1/operator/connectors', connector)).status).toBe(201);
    const link = { userId: USER, target: 'airtable-key', scopes: [] };
    const { body: authorization } = await operator.post('/v1/authorizations', link);
    const visitor = await scene.visitor({ viewport: PHONE, expected: [/POST \/connect\/\S+\/key 400$/] });
    const { page } = visitor;
    const { credential = '' } = await scene.stack.user(USER);
    await handOver(visitor, authorization.authorizationUri, credential);
    await visitor.heading('Connect Airtable').waitFor();
    await page.getByText(/Open https:\/\/airtable\.com\/create\/tokens/).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);

    await page.getByLabel('Personal access token').fill(WRONG);
    await visitor.button('Connect Airtable').click();
    await page
      .getByRole('alert')
      .getByText(/does not accept this key/)
      .waitFor();
    expect(await page.content()).not.toContain('patCanary');
    expect(page.url()).not.toContain('patCanary');
    expect(await violationsOf(page)).toEqual([]);

    await page.getByLabel('Personal access token').fill(RIGHT);
    await page.keyboard.press('Enter');
    await visitor.heading('Airtable is connected').waitFor();
    expect(page.url()).not.toContain('patCanary');
    expect(server.output()).not.toContain('patCanary');
  },
  SPEC_MS,
);
