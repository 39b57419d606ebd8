import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SlowClientGuard } from './slow-client-guard.js';

const PACE = { bytesPerS: 100_000, freeS: 0.3, everyS: 0.05 };
/** So many bytes are ahead of the pace for a second and a half. */
const BURST = 'x'.repeat(PACE.bytesPerS * 1.2);

let server: Server;
let socket: Socket;
let request: IncomingMessage;
/** The error that the reader of the body gets, and after how long. */
let refused: Promise<{ code: string; ms: number }>;
beforeEach(async () => {
  const pace = new SlowClientGuard(PACE);
  server = createServer((received) => {
    pace.watch(received);
    const startedAt = performance.now();
    refused = new Promise((resolve) => {
      received.on('error', ({ code }: Error & { code: string }) =>
        resolve({ code, ms: performance.now() - startedAt }),
      );
    });
    request = received;
  });
  pace.hold(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n');
  await once(server, 'request');
});
afterEach(async () => {
  socket.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('a body', () => {
  it('that does not come is refused when its free time is over, and not before', async () => {
    request.resume();
    const { code, ms } = await refused;
    expect([code, ms > 200]).toEqual(['request_timeout', true]);
  });

  it('may pause after much of it came at once', async () => {
    request.resume();
    socket.write(BURST);
    expect((await refused).ms).toBeGreaterThan(1_200);
  });

  it('is not late as long as nobody takes what has come', async () => {
    socket.write('x'.repeat(100));
    await sleep(900);
    request.resume();
    expect((await refused).ms).toBeGreaterThan(1_000);
  });

  it('whose refusal nobody answers loses its connection', async () => {
    request.resume();
    await once(socket, 'close');
    expect((await refused).code).toBe('request_timeout');
  });
});
