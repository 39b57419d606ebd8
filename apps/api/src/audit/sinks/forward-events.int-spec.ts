import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestApp, TestDatabase } from '../../platform/testing/index.js';
import { createSharedLog, newEvent, type SharedLog } from '../testing/shared-log.js';
import { ForwardEvents } from './forward-events.js';

interface Line {
  readonly seq: string;
  readonly type: string;
  readonly hash: string;
}

type Reply =
  readonly [status: number, headers?: Record<string, string>, body?: string] | Promise<readonly [number]>;

/** A server that takes events, or not, as a test says. */
class Sink {
  readonly batches: { headers: IncomingMessage['headers']; body: string }[] = [];
  /** The responses to the next requests; then 200. */
  replies: Reply[] = [];
  private server: Server | undefined;
  port = 0;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        void (async () => {
          const [status, headers = {}, body = ''] = (await (this.replies.shift() ?? [200])) as [number];
          if (status < 300)
            this.batches.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
          response.writeHead(status, headers).end(body);
        })();
      });
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    this.server?.close();
    await once(this.server as Server, 'close');
  }

  /** The lines that were taken, in the order in which they came. */
  get lines(): Line[] {
    return this.batches.flatMap(({ body }) =>
      body
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line),
    );
  }
}

let log: SharedLog;
let database: TestDatabase;
let plain: Sink;
let otlp: Sink;
beforeAll(async () => {
  [plain, otlp] = [new Sink(), new Sink()];
  await Promise.all([plain.start(), otlp.start()]);
  const sinks = [
    {
      name: 'plain',
      kind: 'http',
      url: `http://127.0.0.1:${plain.port}/in`,
      headers: { authorization: 'Bearer s' },
    },
    { name: 'collector', kind: 'otlp', url: `http://127.0.0.1:${otlp.port}/v1/logs` },
  ];
  const env = { VALETKEY_AUDIT_SINKS: JSON.stringify(sinks) };
  log = await createSharedLog(env);
  database = log.database;
  await forward(0).prepare();
});
afterAll(async () => {
  await log.close();
  await Promise.all([plain.stop(), otlp.stop()]);
});

const forward = (app: number) => (log.apps[app] as TestApp).get(ForwardEvents);
const sinkOf = (name: string) => {
  const sink = forward(0).sinks.find((each) => each.name === name);
  if (!sink) throw new Error(`no sink ${name}`);
  return sink;
};
const run = (app = 0, name = 'plain') => forward(app).forwardEvents(sinkOf(name));
const isDueNow = () => database.query('UPDATE audit_sinks SET next_at = now()');
const record = (count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      log.auditOf(n % 2).record(newEvent({ userId: `user-${n}`, detail: { n } })),
    ),
  );
const progress = async (name = 'plain') => (await forward(0).progress()).find((each) => each.name === name);

/** Every event, once, in the order of the tree. */
function expectWhole(lines: readonly Line[]): void {
  lines.forEach((line, index) => {
    expect(line.seq).toBe(String(index + 1));
  });
}

describe('forwarding to a sink', () => {
  let before = 0;
  beforeEach(async () => {
    before = plain.lines.length;
    await record(250);
    await isDueNow();
  });
  afterEach(() => {
    plain.replies = [];
    expectWhole(plain.lines);
  });

  it('sends every event in the order of the tree, in full, with the headers of the setting', async () => {
    await run();
    expect(plain.lines).toHaveLength(250);
    expect(plain.batches[0]?.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      authorization: 'Bearer s',
      'idempotency-key': 'valetkey-audit-1-200',
    });
    expect(await progress()).toMatchObject({ seq: 250n, behind: 0, failures: 0, waitingSince: undefined });
  });

  it('sends nothing twice when two processes want to', async () => {
    await Promise.all([run(0), run(1), run(0), run(1)]);
    expect(plain.lines).toHaveLength(before + 250);
  });

  it('tries again later after 5xx and after 4xx, and leaves nothing out', async () => {
    plain.replies = [[503], [200], [401]];
    await run();
    expect(plain.lines).toHaveLength(before);
    expect(await progress()).toMatchObject({ failures: 1, lastError: 'status 503', behind: 250 });
    await run();
    expect(plain.lines).toHaveLength(before);
    await isDueNow();
    await run();
    expect(plain.lines).toHaveLength(before + 200);
    await isDueNow();
    await run();
    expect(plain.lines).toHaveLength(before + 250);
  });

  it('waits longer each time, and as long as the sink asks', async () => {
    const waits: number[] = [];
    for (const reply of [[500], [500], [500], [429, { 'retry-after': '90' }]] as Reply[]) {
      plain.replies = [reply];
      await isDueNow();
      await run();
      const [row] = await database.query<{ s: number }>(
        `SELECT round(extract(epoch FROM next_at - now()))::int AS s FROM audit_sinks WHERE name = 'plain'`,
      );
      waits.push(row?.s ?? 0);
    }
    expect(waits).toEqual([1, 2, 4, 90]);
    await isDueNow();
    await run();
  });

  it('keeps events while the sink is down, says how long, and sends them when it is back', async () => {
    await plain.stop();
    await run();
    expect(await progress()).toMatchObject({
      behind: 250,
      lastError: 'ECONNREFUSED',
      waitingSince: expect.any(Date),
    });
    await plain.start();
    await isDueNow();
    await run();
    expect(plain.lines).toHaveLength(before + 250);
  });

  it('sends smaller batches to a sink that finds them too large', async () => {
    plain.replies = [[413], [413]];
    await run();
    await run();
    await run();
    expect(plain.lines).toHaveLength(before + 250);
    expect(plain.batches.at(-5)?.body.trim().split('\n').length ?? 0).toBeLessThanOrEqual(100);
  });

  it('takes over from a process that fell silent, which then does not move the position back', async () => {
    let answer: (reply: readonly [number]) => void = () => undefined;
    plain.replies = [new Promise((resolve) => (answer = resolve))];
    const silent = run(0);
    while (plain.replies.length > 0) await new Promise((resolve) => setImmediate(resolve));
    await run(1);
    expect(plain.lines).toHaveLength(before);
    await database.query(`UPDATE audit_sinks SET lease_until = now() - interval '1 s'`);
    await run(1);
    expect(plain.lines).toHaveLength(before + 250);
    answer([500]);
    await silent;
    expect(await progress()).toMatchObject({ behind: 0, failures: 0 });
  });
});

describe('forwarding to a collector', () => {
  it('sends OTLP logs whose body is the whole record', async () => {
    await run(0, 'collector');
    const request = JSON.parse(otlp.batches[0]?.body ?? '');
    const [{ resource, scopeLogs }] = request.resourceLogs;
    expect(resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'valetkey' } }]);
    const [record] = scopeLogs[0].logRecords;
    const line = JSON.parse(record.body.stringValue);
    expect(line).toEqual(plain.lines[0]);
    expect(record).toMatchObject({
      timeUnixNano: `${Date.parse(line.at)}000000`,
      severityText: 'INFO',
      eventName: 'access_token.read',
    });
    expect(record.attributes).toContainEqual({ key: 'enduser.id', value: { stringValue: line.userId } });
    expect(await progress('collector')).toMatchObject({ behind: 0 });
  });

  it('goes on after a partial success, which may not be sent again', async () => {
    await record(1);
    otlp.replies = [[200, {}, '{"partialSuccess":{"rejectedLogRecords":"1"}}']];
    await run(0, 'collector');
    expect(await progress('collector')).toMatchObject({ behind: 0, failures: 0 });
  });
});
