/** Answers that take long end with the authority of those who asked for them. */
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { connectorsFileFor } from '@valetkey/twin';
import {
  hostedConnect,
  mcpHeaders,
  mcpMessage,
  newDataDir,
  startRawUpstream,
  startStack,
  until,
  type RawUpstream,
  type Stack,
  type TestAgent,
} from '../kit/index.js';

const DRIVE = 'https://www.googleapis.com/auth/drive.readonly';
const LIST = 'google-calendar__events__list';
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n';

let stack: Stack;
let upstream: RawUpstream;
let directory: string;
beforeAll(async () => {
  // A download that never ends by itself.
  upstream = await startRawUpstream((_path, socket) => {
    socket.write(HEAD);
    const drip = setInterval(() => socket.write('4\r\nmore\r\n'), 50);
    socket.once('close', () => clearInterval(drip));
  });
  stack = await startStack({ targets: ['google'] });
  directory = newDataDir();
  const file = connectorsFileFor(stack.twin.url, { targets: ['google'] });
  const providers = { ...file.providers, 'google-drive': { apiBaseUrl: `${upstream.url}/drive/v3` } };
  const connectorsFile = join(directory, 'connectors.json');
  writeFileSync(connectorsFile, JSON.stringify({ ...file, providers }));
  await stack.server.restart({ VALETKEY_CONNECTORS_FILE: connectorsFile });
  await stack.connected('ada', { target: 'google', scope: DRIVE });
  await stack.connected('leaving', { target: 'google', scope: DRIVE });
});
afterAll(async () => {
  await stack.close();
  upstream.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A download that has begun. */
async function download(credential: string, userId: string) {
  const sent = request({
    host: '127.0.0.1',
    port: stack.server.port,
    path: '/v1/proxy/google-drive/files/x?alt=media',
    headers: { authorization: `Bearer ${credential}`, 'valetkey-user': userId },
  });
  const [answer] = (await once(sent.end(), 'response')) as [IncomingMessage];
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('error', () => undefined);
  await until('the download to begin', () => bytes > 20);
  return {
    status: answer.statusCode,
    isBroken: () => answer.destroyed && !answer.complete,
    bytes: () => bytes,
    leave: () => sent.destroy(),
  };
}

const disabling = (agent: TestAgent) =>
  stack.operator.patch(`/v1/operator/agents/${agent.id}`, { disabled: true });
const revoking = async (agent: TestAgent) => {
  const { body } = await stack.operator.get(`/v1/operator/agents/${agent.id}`);
  return stack.operator.delete(`/v1/operator/agents/${agent.id}/keys/${body.keys[0].id}`);
};

it.each([
  ['the agent is disabled', disabling],
  ['its key is revoked', revoking],
])('a download is broken off once %s, and nobody else’s is', async (_, ends) => {
  const agent = await stack.createAgent('Downloader');
  const [its, other] = [await download(agent.key, 'ada'), await download(stack.agent.key, 'ada')];
  expect([its.status, other.status]).toEqual([200, 200]);
  expect((await ends(agent)).status).toBeLessThan(300);
  await until('the end of the download', its.isBroken);
  const before = other.bytes();
  await until('the other download to go on', () => other.bytes() > before);
  expect(other.isBroken()).toBe(false);
  other.leave();
});

it('a download with a user’s token is broken off once the user is deleted', async () => {
  const user = await stack.user('leaving');
  const its = await download(user.credential as string, 'leaving');
  expect((await stack.operator.delete('/v1/operator/users/leaving')).status).toBeLessThan(300);
  await until('the end of the download', its.isBroken);
});

it('a call that waits for a consent is not made for an agent that was disabled meanwhile', async () => {
  const agent = await stack.createAgent('Waiting');
  const headers = { ...mcpHeaders('tools/call', LIST), 'valetkey-user': 'waiting' };
  const round = (more: object) =>
    agent.client.post(
      '/mcp',
      mcpMessage('tools/call', { name: LIST, arguments: {}, ...more }, { elicitation: { url: {} } }),
      headers,
    );
  const { requestState, inputRequests } = (await round({})).body.result;
  const held = round({ requestState, inputResponses: { consent: { action: 'accept' } } });
  await disabling(agent);
  await hostedConnect(inputRequests.consent.params.url, (await stack.user('waiting')).credential as string);
  expect((await held).body.result?.structuredContent).toBeUndefined();
  const { body } = await stack.operator.get('/v1/audit-events?userId=waiting&type=action.run');
  expect(body.data).toEqual([]);
});
