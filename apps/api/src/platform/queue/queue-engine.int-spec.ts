import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../config/index.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { QueueEngine } from './queue-engine.js';

/** The way to a database, which can be cut. */
class Line {
  isCut = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly database: URL,
  ) {}

  static async to(databaseUrl: string): Promise<Line> {
    const server = createServer();
    const line = new Line(server, new URL(databaseUrl));
    server.on('connection', (socket) => line.carry(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return line;
  }

  get url(): string {
    const url = new URL(this.database);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Every connection breaks off, and so does each new one. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private carry(socket: Socket): void {
    if (this.isCut) return void socket.destroy();
    const onward = connect(Number(this.database.port), this.database.hostname);
    for (const end of [socket, onward]) {
      this.sockets.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        this.sockets.delete(end);
        socket.destroy();
        onward.destroy();
      });
    }
    socket.pipe(onward).pipe(socket);
  }
}

const warnings: string[] = [];
const log = { warn: (text: string) => warnings.push(text) };

let database: TestDatabase;
let line: Line;
let engine: QueueEngine;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  warnings.length = 0;
  line = await Line.to(database.url);
  engine = new QueueEngine(loadSettings({}), line.url, log as never);
});

async function ended(): Promise<void> {
  line.isCut = false;
  await engine.onApplicationShutdown();
  line.close();
}

describe('a queue on PostgreSQL', () => {
  it('that could not be opened is opened by the next who asks', async () => {
    line.cut();
    await expect(engine.queue('first')).rejects.toThrow();
    line.isCut = false;
    const [queue, same] = await Promise.all([engine.queue('first'), engine.queue('first')]);
    expect(queue).toBe(same);
    await queue.add('run', {}, { jobId: 'one' });
    expect(await queue.getJobCountByTypes('wait')).toBe(1);
    await ended();
  });

  it('whose database goes away as its worker starts leaves no worker that asks without an end', async () => {
    await engine.queue('second');
    line.cut();
    await expect(engine.worker('second', async () => undefined, 4)).rejects.toThrow();
    // A loop without a pause would keep this timer from ever coming.
    await sleep(300);
    expect(warnings.length).toBeLessThan(5);
    await ended();
  });

  it('goes on after its database was away, and says so once a second', async () => {
    const done: string[] = [];
    const queue = await engine.queue('third');
    const worker = await engine.worker('third', async ({ id }) => void done.push(id ?? ''), 4);
    await queue.add('run', {}, { jobId: 'before' });
    for (const end = Date.now() + 20_000; done.length < 1 && Date.now() < end;) await sleep(20);
    line.cut();
    await sleep(1_500);
    line.isCut = false;
    for (let added = false; !added;)
      added = await queue.add('run', {}, { jobId: 'after' }).then(
        () => true,
        () => sleep(100, false),
      );
    for (const end = Date.now() + 30_000; done.length < 2 && Date.now() < end;) await sleep(20);
    expect(done).toEqual(['before', 'after']);
    expect(warnings.length).toBeLessThan(20);
    await worker.close();
    await ended();
  });
});
