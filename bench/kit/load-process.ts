/**
 * The load generator, in a process of its own so that its work is not taken for the server's. Closed loop: each
 * connection sends its next request when the last one is answered. HTTP is undici's, the client that Node itself
 * ships; its bare dispatch costs the same few microseconds for the floor and for us.
 */
import process from 'node:process';
import { Client, type Dispatcher } from 'undici';

/** A request: path, the value of its Authorization header, and what else there is to it. */
export type Target = readonly [path: string, authorization: string, more?: RequestParts];

export interface RequestParts {
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes it a POST of JSON. */
  readonly body?: string;
}

export type LoadCommand =
  | { readonly kind: 'targets'; readonly name: string; readonly targets: readonly Target[] }
  | {
      readonly kind: 'run';
      readonly targets: string;
      readonly origin: string;
      readonly connections: number;
      readonly durationMs: number;
    };

export interface LoadResult {
  readonly perSecond: number;
  readonly answered: number;
  readonly failures: number;
  readonly firstFailure?: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

const lists = new Map<string, readonly Target[]>();

process.on('message', (command: LoadCommand) => {
  if (command.kind === 'targets') {
    lists.set(command.name, command.targets);
    process.send?.('kept');
    return;
  }
  run(command).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());

async function run({
  targets: name,
  origin,
  connections,
  durationMs,
}: Extract<LoadCommand, { kind: 'run' }>): Promise<LoadResult> {
  const targets = lists.get(name) ?? [];
  const next = randomOrder(targets);
  const latencies: number[] = [];
  let failures = 0;
  let firstFailure: string | undefined;
  const clients = Array.from({ length: connections }, () => new Client(origin, { pipelining: 1 }));
  const startedAt = performance.now();
  const end = startedAt + durationMs;
  const loop = async (client: Client) => {
    while (performance.now() < end) {
      const sentAt = performance.now();
      const { status, body } = await ask(client, next());
      latencies.push(performance.now() - sentAt);
      if (status === 200) continue;
      failures++;
      firstFailure ??= `${status} ${body}`;
    }
  };
  await Promise.all(clients.map(loop));
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all(clients.map((client) => client.close()));
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN;
  return {
    perSecond: (latencies.length - failures) / seconds,
    answered: latencies.length,
    failures,
    ...(firstFailure === undefined ? {} : { firstFailure }),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    longestMs: at(1),
  };
}

function ask(
  client: Client,
  [path, authorization, { headers = {}, body } = {}]: Target,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    let status = 0;
    const chunks: Buffer[] = [];
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, code) => void (status = code),
      onResponseData: (_controller, chunk) => void chunks.push(chunk),
      onResponseEnd: () => resolve({ status, body: Buffer.concat(chunks).toString() }),
      onResponseError: (_controller, error) => resolve({ status: 0, body: error.message }),
    };
    const ofBody = body === undefined ? {} : { 'content-type': 'application/json' };
    client.dispatch(
      {
        method: body === undefined ? 'GET' : 'POST',
        path,
        headers: { authorization, ...ofBody, ...headers },
        body: body ?? null,
      },
      handler,
    );
  });
}

/** Any of the targets each time, the same order in every run (xorshift32). */
function randomOrder(targets: readonly Target[]): () => Target {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const target = targets[(state >>> 0) % targets.length];
    if (!target) throw new Error('no targets were given');
    return target;
  };
}
