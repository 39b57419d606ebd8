import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Client } from './client.js';
import { freePort } from './free-port.js';
import { killTree } from './process-tree.js';
import { until } from './until.js';

const MAIN = fileURLToPath(new URL('../../apps/api/dist/main.js', import.meta.url));
const CRASH_AT = new URL('crash-at.ts', import.meta.url).href;
/** Test servers load the same modules again and again. */
const COMPILE_CACHE = join(tmpdir(), 'valetkey-e2e-compile-cache');
const START_MS = 120_000;
const STOP_MS = 70_000;

/** The owner's key that test servers are started with. */
export const OPERATOR_KEY = 'vk_op_e2e_only_8f2c71d05ab94e63b7c0d9f1e2a48653';

/** The password of the first owner of test servers. */
export const OPERATOR_PASSWORD = 'e2e-Password-of-the-owner';

export interface ServerOptions {
  /** Default: any free one. */
  readonly port?: number;
  /** Default: a new directory under the system's temporary one. */
  readonly dataDir?: string;
  /** Settings beside those of the kit; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** It can be told to {@link Server.dieAt}. */
  readonly mortal?: boolean;
  /** Modules that the process loads before the server. */
  readonly preload?: readonly string[];
}

/** How a process ended that was not meant to go on. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A built Valetkey in a process of its own. */
export class Server {
  private child: ChildProcess | undefined;
  private exited: Promise<unknown> = Promise.resolve();
  private readonly chunks: { stream: 'stdout' | 'stderr'; text: string }[] = [];

  private constructor(
    readonly port: number,
    readonly dataDir: string,
    private readonly options: ServerOptions,
  ) {}

  /** Starts one and waits until it is ready. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const dataDir = options.dataDir ?? (options.env?.['DATABASE_URL'] ? newDataDir() : migratedDataDir());
    const server = new Server(options.port ?? (await freePort()), dataDir, options);
    await server.restart();
    return server;
  }

  readonly operatorKey = OPERATOR_KEY;

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error('the server does not run');
    return pid;
  }

  /** A client without a credential. */
  get anonymous(): Client {
    return new Client(this.url);
  }

  /** A client with the owner's key. */
  get operator(): Client {
    return new Client(this.url, OPERATOR_KEY);
  }

  /** The demo's agent key, when the demo runs. */
  get agentKey(): string | undefined {
    const path = join(this.dataDir, 'demo', 'session.json');
    if (!existsSync(path)) return undefined;
    return (JSON.parse(readFileSync(path, 'utf8')) as { agentKey: string }).agentKey;
  }

  /** URL of the embedded database. */
  get embeddedDatabaseUrl(): string {
    const port = readFileSync(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
    const password = readFileSync(join(this.dataDir, 'postgres-password'), 'utf8').trim();
    return `postgresql://valetkey:${password}@127.0.0.1:${port}/postgres`;
  }

  /** Everything written so far, over all starts. */
  output(stream?: 'stdout' | 'stderr'): string {
    return this.chunks
      .filter((chunk) => stream === undefined || chunk.stream === stream)
      .map(({ text }) => text)
      .join('');
  }

  isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** How the last run ended; `null` while it runs or after a signal. */
  get exitCode(): number | null {
    return this.child?.exitCode ?? null;
  }

  /** Sends a signal to the main process and waits for its end. @throws Error when it does not end; it is killed then */
  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.isRunning()) this.child?.kill(signal);
    try {
      await within(STOP_MS, 'the server to end', this.exited);
    } catch (error) {
      this.child?.kill('SIGKILL');
      throw error;
    }
  }

  /**
   * Lets the running server die by `kill -9` at this failure point while `work` is done, and waits until it has.
   * Tells whether `work` had its answer before. @throws Error when the server lives through it
   */
  async dieAt(failurePoint: string, work: () => Promise<unknown>): Promise<'answered' | 'cut off'> {
    if (this.options.mortal !== true)
      throw new Error('only a server that was started as mortal can be told to die');
    writeFileSync(crashFileOf(this.dataDir), failurePoint);
    const [outcome] = await Promise.allSettled([work()]);
    await until(`the crash at ${failurePoint}`, () => !this.isRunning(), { withinMs: 30_000 });
    return outcome.status === 'fulfilled' ? 'answered' : 'cut off';
  }

  /** `kill -9` for the server, its database and its twin, all at once. */
  async killEverything(): Promise<void> {
    killTree(this.pid);
    await this.exited;
  }

  /** Drains and stops. */
  stop(): Promise<void> {
    return this.kill('SIGTERM');
  }

  /** Starts again on the same port and data directory; a running one is stopped first. */
  async restart(env: ServerOptions['env'] = {}): Promise<void> {
    await this.stop();
    rmSync(crashFileOf(this.dataDir), { force: true });
    const settings = { ...this.options.env, ...env };
    const child = spawnServer(this.port, this.dataDir, settings, this.options);
    this.child = child;
    this.exited = once(child, 'exit');
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.on('data', (chunk: Buffer) => this.chunks.push({ stream, text: chunk.toString() }));
    }
    const isWorker = (env['VALETKEY_ROLE'] ?? this.options.env?.['VALETKEY_ROLE']) === 'worker';
    const seen = this.output().length;
    await until('ready', () => this.isReady(isWorker ? seen : undefined), {
      withinMs: START_MS,
      everyMs: 30,
    });
  }

  /** Stops and removes the data directory. */
  async destroy(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async isReady(workerSince: number | undefined): Promise<boolean> {
    if (!this.isRunning()) throw new Error(`the server ended:\n${this.output()}`);
    if (workerSince !== undefined) return this.output().slice(workerSince).includes('worker is ready');
    return this.anonymous.get('/health/ready').then(
      ({ status }) => status === 200,
      () => false,
    );
  }
}

/** Starts a server and waits until it is ready. */
export function startServer(options: ServerOptions = {}): Promise<Server> {
  return Server.start(options);
}

/** Runs the server's command to its end, for starts that must fail. */
export async function runToEnd(
  options: ServerOptions & { readonly args?: readonly string[] } = {},
): Promise<Exit> {
  const dataDir = options.dataDir ?? newDataDir();
  const child = spawnServer(options.port ?? (await freePort()), dataDir, options.env ?? {}, options);
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk: Buffer) => (text[stream] += chunk.toString()));
  }
  try {
    const [code, signal] = await within(START_MS, 'the server to end', once(child, 'close'));
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, ...text };
  } finally {
    if (child.exitCode === null && child.signalCode === null && child.pid) killTree(child.pid);
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

/** A new, empty data directory. */
export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'valetkey-e2e-'));
}

/** A new data directory, with a migrated database where the specs' set-up has made one to copy. */
export function migratedDataDir(): string {
  const directory = newDataDir();
  const { E2E_TEMPLATE: template } = process.env;
  if (template !== undefined) {
    chmodSync(directory, statSync(template).mode);
    execFileSync('cp', ['-a', `${template}/.`, directory]);
  }
  return directory;
}

/** Names the failure point at which a mortal server dies. */
const crashFileOf = (dataDir: string) => join(dataDir, 'crash-at');

function spawnServer(
  port: number,
  dataDir: string,
  overrides: Readonly<Record<string, string | undefined>>,
  { args = [], mortal = false, preload = [] }: ServerOptions & { readonly args?: readonly string[] },
): ChildProcess {
  const env = {
    PATH: process.env['PATH'],
    HOST: '127.0.0.1',
    PORT: String(port),
    VALETKEY_DATA_DIR: dataDir,
    VALETKEY_OPERATOR_API_KEY: OPERATOR_KEY,
    VALETKEY_OPERATOR_EMAIL: 'owner@example.com',
    VALETKEY_OPERATOR_PASSWORD: OPERATOR_PASSWORD,
    VALETKEY_DEMO: 'off',
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    CRASH_AT_FILE: mortal ? crashFileOf(dataDir) : undefined,
    ...overrides,
  };
  const before = [...(mortal ? [CRASH_AT] : []), ...preload].flatMap((module) => ['--import', module]);
  return spawn(process.execPath, [...before, MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
