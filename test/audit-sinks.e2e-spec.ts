import { once } from 'node:events';
import { createServer, type Server as Receiver, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startServer, until, type Server } from './kit/index.js';

/** A receiver of audit events that can leave requests without an answer. */
let receiver: Receiver;
let server: Server;
let isSilent = true;
const seen: bigint[][] = [];
const unanswered: ServerResponse[] = [];
beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const lines = Buffer.concat(chunks).toString().trim().split('\n');
      seen.push(lines.map((line) => BigInt((JSON.parse(line) as { seq: string }).seq)));
      if (isSilent) unanswered.push(response);
      else response.end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/audit`;
  server = await startServer({
    env: {
      VALETKEY_DEMO: 'off',
      VALETKEY_AUDIT_SINKS: JSON.stringify([{ name: 'spec', kind: 'http', url }]),
    },
  });
});
afterAll(async () => {
  await server.destroy();
  receiver.closeAllConnections();
  receiver.close();
});

const makeEvents = async (count: number) => {
  for (let n = 0; n < count; n++) await server.operator.post('/v1/agents', { name: `agent ${n}` });
};

it('sends every event, in order, over a kill -9 with a batch on its way', async () => {
  await makeEvents(5);
  await until('a batch that is on its way', () => seen.length > 0);
  await server.kill('SIGKILL');
  for (const response of unanswered) response.destroy();
  isSilent = false;
  const before = seen.length;
  await server.restart();
  await makeEvents(5);
  await until('everything to be sent', async () => {
    const { body } = await server.operator.get('/v1/operator/audit-sinks');
    return body[0]?.behind === 0;
  });
  const [inHand, taken] = [seen.slice(0, before), seen.slice(before).flat()];
  expect(taken).toEqual(taken.map((_, n) => BigInt(n + 1)));
  expect(taken).toEqual(expect.arrayContaining(inHand.flat()));
  const { body: newest } = await server.operator.get('/v1/audit-events?limit=1');
  expect(taken.length).toBeGreaterThanOrEqual(newest.data[0].seq);
});

it('shows in the metrics how far a sink is behind', async () => {
  const { text } = await server.anonymous.get('/metrics');
  expect(text).toMatch(/^valetkey_audit_sink_lag_events\{sink="spec"\} \d+$/m);
  expect(text).toMatch(/^valetkey_audit_sink_lag_seconds\{sink="spec"\} [\d.]+$/m);
  expect(text).toMatch(/^valetkey_audit_sink_failures\{sink="spec"\} 0$/m);
});
