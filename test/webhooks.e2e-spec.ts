import { createServer, type IncomingHttpHeaders, type Server as Receiver } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { startStack, until, type Stack } from './kit/index.js';

const READ_EVENTS = 'https://www.googleapis.com/auth/calendar.events.readonly';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A calling app that leaves requests without an answer as long as it is silent. */
let receiver: Receiver;
let stack: Stack;
let secret: string;
let isSilent = false;
const received: Received[] = [];
beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      if (!isSilent) response.writeHead(204).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  stack = await startStack();
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
  const { body } = await stack.operator.post('/v1/webhooks', { url });
  secret = body.secret;
});
afterAll(async () => {
  await stack?.close();
  receiver.closeAllConnections();
  receiver.close();
});

const opened = ({ headers, body }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>) as {
    type: string;
    data: Record<string, unknown>;
  };
const ofType = (type: string) => received.map(opened).filter((message) => message.type === type);

it('tells a calling app what its user connects, runs and disconnects, signed', async () => {
  const user = await stack.connected('ada', { target: 'google', scope: READ_EVENTS });
  await until('the connection to be told', () => ofType('connection.created').length > 0);
  const { body: mine } = await user.get('/my-account/connections');
  const [{ id: connectionId }] = mine.data;
  const [created] = ofType('connection.created');
  expect(created?.data).toMatchObject({
    connectionId,
    userId: 'ada',
    target: 'google',
    scopes: expect.arrayContaining([READ_EVENTS]),
  });
  expect(ofType('authorization.completed')[0]?.data).toMatchObject({ userId: 'ada', target: 'google' });

  const input = { timeMin: '2026-11-24T00:00:00Z', timeMax: '2026-11-25T00:00:00Z' };
  const { body: task } = await stack.agent.client.post('/v1/tasks', {
    userId: 'ada',
    action: 'google-calendar.events.list',
    input,
  });
  await until('the task to be told', () => ofType('task.succeeded').length > 0);
  const ofTask = received.map(opened).filter(({ data }) => data['taskId'] === task.id);
  expect(ofTask.map(({ type }) => type)).toEqual(['task.queued', 'task.succeeded']);

  await user.delete(`/my-account/connections/${connectionId}`);
  await until('the end to be told', () => ofType('connection.revoked').length > 0);
  expect(ofType('connection.revoked')[0]?.data).toMatchObject({ connectionId, reason: 'disconnected' });
});

it('sends a message again, under the same id, that was on its way at a kill -9', async () => {
  await until('all to be taken', async () => {
    const { body } = await stack.operator.get('/v1/webhooks');
    return body.data[0].failingSince === undefined;
  });
  isSilent = true;
  const before = received.length;
  const { body: agent } = await stack.operator.post('/v1/agents', { name: 'to be disabled' });
  await stack.operator.patch(`/v1/operator/agents/${agent.id}`, { disabled: true });
  await until('the message to be on its way', () => received.length > before);
  await stack.server.kill('SIGKILL');
  isSilent = false;
  await stack.server.restart();
  await until('the message to be sent again', () => received.length > before + 1);
  const [first, second, ...more] = received.slice(before);
  expect(opened(first as Received)).toMatchObject({ type: 'agent.disabled', data: { agentId: agent.id } });
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.body).toBe(first?.body);
  expect(more).toEqual([]);
});
