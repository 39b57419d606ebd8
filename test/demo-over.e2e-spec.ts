/** A later start without the demo leaves no credential of the demo that works. */
import { connectAccount, startServer, userClient, type Server } from './kit/index.js';

let server: Server;
beforeAll(async () => {
  server = await startServer({ env: { VALETKEY_DEMO: 'on' } });
});
afterAll(() => server.destroy());

it('ends with it: the key of its agent, until the demo runs again', async () => {
  const key = server.agentKey;
  const status = async () => (await server.anonymous.as(key).get('/v1/tools')).status;
  expect(await status()).toBe(200);
  await server.restart({ VALETKEY_DEMO: 'off' });
  expect(await status()).toBe(401);
  await server.restart({ VALETKEY_DEMO: 'on' });
  expect(server.agentKey).toBe(key);
  expect(await status()).toBe(200);
});

it('ends with a connector that an operator makes, and the next start says so', async () => {
  const made = await server.operator.post('/v1/operator/connectors', {
    target: 'acme',
    preset: 'github',
    clientId: 'client',
    clientSecret: 'secret-of-the-client',
  });
  expect(made.status).toBe(201);
  await server.restart({ VALETKEY_DEMO: 'auto' });
  expect(server.output('stdout')).toMatch(/Demo +over, since "acme" was made at the dashboard/);
  expect((await server.anonymous.as(server.agentKey).get('/v1/tools')).status).toBe(401);
  await server.restart({ VALETKEY_DEMO: 'on' });
  expect((await server.anonymous.as(server.agentKey).get('/v1/tools')).status).toBe(200);
});

it('leaves its targets to real clients, and its connections go to none of them', async () => {
  const mine = { target: 'google', preset: 'google', clientId: 'real', clientSecret: 'secret-of-the-client' };
  const running = await server.operator.post('/v1/operator/connectors', mine);
  expect([running.status, running.body.code]).toEqual([409, 'target_taken']);
  const user = await userClient(server.anonymous.as(server.agentKey), 'demo-user');
  await connectAccount(user, { target: 'google' });
  await server.restart({ VALETKEY_DEMO: 'off' });
  expect((await server.operator.post('/v1/operator/connectors', mine)).status).toBe(201);
  const { body } = await server.operator.get('/v1/operator/connections');
  const states = body.map(({ target, reason }: { target: string; reason?: string }) => [target, reason]);
  expect(states).toEqual([['google', 'connector_moved']]);
});
