/** The first start on a new machine, as root and as somebody else: where the checkout and the data lie, and who reads what. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { DATABASE_ONLY, layCheckout } from './kit/checkout.js';
import { freePort, query, until } from './kit/index.js';

const asRoot = process.getuid?.() === 0 ? it : it.skip;
const NOBODY = 65_534;

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
}

/** A directory of mode 0700, as /root is, and one that all may enter, as /srv is. */
let home: string;
let open: string;
let inHome: string;
let inOpen: string;
const running: ChildProcess[] = [];

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'valetkey-home-'));
  open = mkdtempSync(join(tmpdir(), 'valetkey-srv-'));
  chmodSync(open, 0o755);
  inHome = layCheckout(join(home, 'valetkey')).main;
  inOpen = layCheckout(join(open, 'valetkey')).main;
});

afterEach(async () => {
  for (const child of running.splice(0))
    if (child.exitCode === null && child.signalCode === null) await stop({ child });
});

afterAll(() => {
  for (const directory of [home, open]) rmSync(directory, { recursive: true, force: true });
});

type StartOptions = {
  readonly uid?: number;
  readonly env?: Record<string, string>;
  readonly whole?: boolean;
};

async function start(
  main: string,
  dataDir: string,
  { uid, env = {}, whole = false }: StartOptions = {},
): Promise<Run> {
  const database = pathToFileURL(join(dirname(main), 'platform/postgres/index.js')).href;
  const program = whole ? [main] : ['--input-type=module', '--eval', DATABASE_ONLY, database];
  const child = spawn(process.execPath, program, {
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid }),
    env: {
      PATH: process.env['PATH'],
      PORT: String(await freePort()),
      VALETKEY_DATA_DIR: dataDir,
      VALETKEY_DEMO: 'off',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}

async function untilReady({ child, output }: Run): Promise<void> {
  await until(
    'it to be ready',
    () => {
      if (child.exitCode !== null) throw new Error(`it ended:\n${output()}`);
      return /^postgresql:|Valetkey is ready/m.test(output());
    },
    { withinMs: 90_000 },
  );
}

/** Exit 1 and one line that says what is in the way. */
async function refusal({ child, output }: Run): Promise<string> {
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(output().trim().split('\n')).toHaveLength(1);
  expect(output()).toMatch(/^Valetkey cannot start: /);
  return output();
}

async function stop({ child }: Pick<Run, 'child'>): Promise<void> {
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  await ended;
}

const PLACES: [name: string, main: () => string, dataDir: () => string][] = [
  ['a checkout and its data below a home of mode 0700', () => inHome, () => join(home, 'valetkey/.valetkey')],
  ['a checkout below a home of mode 0700, its data outside', () => inHome, () => join(open, 'data')],
  [
    'a checkout that all can read, its data below a home of mode 0700',
    () => inOpen,
    () => join(home, 'data'),
  ],
  [
    'a path with spaces, quotes and letters beyond ASCII',
    () => inOpen,
    () => join(home, `o'neil "ünï" 日本 $HOME`),
  ],
  [
    'a path that is longer than PostgreSQL takes',
    () => inOpen,
    () => join(home, ...Array<string>(12).fill('d'.repeat(100))),
  ],
];

asRoot.each(PLACES)('works as root with %s, and after kill -9', async (_name, main, dataDir) => {
  const first = await start(main(), dataDir());
  await untilReady(first);
  const killed = once(first.child, 'exit');
  first.child.kill('SIGKILL');
  await killed;
  await untilReady(await start(main(), dataDir()));
});

asRoot('is a whole Valetkey below a home of mode 0700', async () => {
  const run = await start(inHome, join(home, 'valetkey/whole'), { whole: true });
  await untilReady(run);
  expect(run.output()).toMatch(/Database +embedded PostgreSQL in .*valetkey\/whole$/m);
});

asRoot('works as a plain user who can read the checkout and write nothing of it', async () => {
  const own = mkdtempSync(join(tmpdir(), 'valetkey-nobody-'));
  chownSync(own, NOBODY, NOBODY);
  const run = await start(inOpen, join(own, 'data'), { uid: NOBODY });
  await untilReady(run);
  await stop(run);
  // Root, who comes by later, works on the same files and leaves them to whom they belong.
  const root = await start(inOpen, join(own, 'data'));
  await untilReady(root);
  await stop(root);
  await untilReady(await start(inOpen, join(own, 'data'), { uid: NOBODY }));
  for (const child of running) child.kill('SIGKILL');
  rmSync(own, { recursive: true, force: true });
});

const REFUSED: [name: string, run: () => Promise<Run>, words: RegExp][] = [
  [
    "another user's data directory",
    async () => {
      mkdirSync(join(open, 'of-root'), { mode: 0o755 });
      return start(inOpen, join(open, 'of-root'), { uid: NOBODY, whole: true });
    },
    /VALETKEY_DATA_DIR .*of-root cannot be written: it belongs to another user/,
  ],
  [
    'a data directory below one that they may not enter',
    () => start(inOpen, join(home, 'not-mine'), { uid: NOBODY, whole: true }),
    /VALETKEY_DATA_DIR .*not-mine cannot be written: it belongs to another user/,
  ],
  [
    'a data directory below a file',
    async () => {
      writeFileSync(join(open, 'a-file'), '');
      return start(inOpen, join(open, 'a-file', 'data'), { whole: true });
    },
    /VALETKEY_DATA_DIR .*a-file.data cannot be written: /,
  ],
  [
    'a machine without a user for PostgreSQL and without useradd',
    () => start(inOpen, join(open, 'no-user'), { whole: true, env: { PATH: '/nonexistent' } }),
    /neither a user "postgres" nor a useradd.*start Valetkey as an ordinary user, or set DATABASE_URL/,
  ],
  [
    'files that another PostgreSQL made',
    async () => {
      const dataDir = join(open, 'older');
      const run = await start(inOpen, dataDir);
      await untilReady(run);
      await stop(run);
      writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '9\n');
      return start(inOpen, dataDir, { whole: true });
    },
    /incompatible with server; The data directory was initialized by PostgreSQL version 9.*pg_dump/,
  ],
];

asRoot.each(REFUSED)('says in one line what to do about %s', async (_name, run, words) => {
  expect(await refusal(await run())).toMatch(words);
});

it('lets nobody else read a file of a first start, while it goes on and afterwards', async () => {
  const dataDir = join(open, 'watched');
  const seen = new Map<string, string>();
  const watcher = watch(tmpdir(), (_event, name) => {
    if (name === null) return;
    try {
      const path = join(tmpdir(), name);
      const stat = statSync(path);
      if (stat.isFile() && stat.size < 200) seen.set(name, readFileSync(path, 'utf8'));
    } catch {
      // Gone again.
    }
  });
  const before = process.umask(0o022);
  const run = await start(inOpen, dataDir);
  process.umask(before);
  const readable = new Set<string>();
  let ready = false;
  const isReady = untilReady(run).finally(() => (ready = true));
  while (!ready) {
    const names = existsSync(dataDir) ? readdirSync(dataDir, { recursive: true, encoding: 'utf8' }) : [];
    for (const name of names) {
      const stat = statSync(join(dataDir, name), { throwIfNoEntry: false });
      if (stat && (stat.mode & 0o077) !== 0) readable.add(name);
    }
    await sleep(10);
  }
  watcher.close();
  await isReady;
  expect([...readable]).toEqual([]);
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
  expect([...seen].filter(([, text]) => text.includes(password))).toEqual([]);
});

it('gives a database of an earlier version a new password, which alone opens it', async () => {
  const dataDir = join(open, 'upgraded');
  const first = await start(inOpen, dataDir);
  await untilReady(first);
  await stop(first);
  const passwordFile = join(dataDir, 'postgres-password');
  const old = readFileSync(passwordFile, 'utf8');
  // The files of an earlier version: an empty marker, and a password that others may have read.
  writeFileSync(join(dataDir, 'postgres.initialised'), '');
  chmodSync(passwordFile, 0o644);
  await untilReady(await start(inOpen, dataDir));
  const password = readFileSync(passwordFile, 'utf8');
  expect(password).not.toBe(old);
  expect(statSync(passwordFile).mode & 0o777).toBe(0o600);
  const port = readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[3];
  const address = (secret: string) => `postgresql://valetkey:${secret}@127.0.0.1:${port}/postgres`;
  expect(await query(address(password), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await expect(query(address(old), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
});

asRoot('names a disk that is full', async () => {
  const disk = join(open, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return; // A container that may not mount.
  }
  try {
    expect(await refusal(await start(inOpen, join(disk, 'data'), { whole: true }))).toMatch(
      /No space left on device; free some space/,
    );
  } finally {
    execFileSync('umount', [disk]);
  }
});
