import { setTimeout as sleep } from 'node:timers/promises';
import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import { startStack, until, type Stack } from '../kit/index.js';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['github-app'] });
});
afterAll(() => stack.close());

it('is not ready from the moment it is told to stop, and still answers what it has in hand', async () => {
  const { server, twin } = stack;
  twin.control.updateClient(TWIN_CLIENT_IDS.githubApp, { accessTokenLifetimeS: 1 });
  const user = await stack.connected('drain', { target: 'github-app' });
  twin.control.updateClient(TWIN_CLIENT_IDS.githubApp, { accessTokenLifetimeS: 3600 });
  await sleep(1_100);
  twin.control.addFault({
    provider: 'github',
    fault: 'slow',
    delayMs: 4_000,
    match: { grantType: 'refresh_token' },
  });
  twin.control.clearCalls();
  const read = user.get('/my-account/identities/github-app/access-token');
  await until('the refresh to be sent', () => twin.control.calls({ grantType: 'refresh_token' }).length > 0);
  expect((await server.anonymous.get('/health/ready')).status).toBe(200);

  const stopped = server.stop();
  const refusal = await until('readiness to end', async () => {
    const answer = await server.anonymous.get('/health/ready');
    return answer.status === 503 && answer;
  });
  expect(refusal.body).toMatchObject({ code: 'not_ready', detail: 'This process is stopping.' });
  expect((await server.anonymous.get('/health/live')).status).toBe(200);
  expect((await read).status).toBe(200);
  await stopped;
  expect(server.exitCode).toBe(0);
});
