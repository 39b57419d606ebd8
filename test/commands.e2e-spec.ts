/** The commands of package.json, as somebody new types them. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { until } from './kit/index.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** A checkout in which nothing is built. */
let checkout: string;
let other: Server;
let taken: string;

beforeAll(async () => {
  checkout = mkdtempSync(join(tmpdir(), 'valetkey-commands-'));
  cpSync(join(ROOT, 'package.json'), join(checkout, 'package.json'));
  for (const name of ['node_modules', 'scripts']) symlinkSync(join(ROOT, name), join(checkout, name));
  other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  taken = String((other.address() as AddressInfo).port);
});
afterAll(() => {
  other.close();
  rmSync(checkout, { recursive: true, force: true });
});

function npm(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = checkout,
): ChildProcess {
  return spawn('npm', words, {
    cwd,
    // A process group of its own, as a terminal gives one: Ctrl-C reaches all of it.
    detached: true,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function ended(child: ChildProcess): Promise<{ code: unknown; output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, output };
}

const REFUSED: [
  name: string,
  words: string[],
  env: Record<string, string>,
  dotEnv: () => string,
  told: RegExp,
][] = [
  ['an option that there is not', ['--', '--foo'], {}, () => '', /"--foo" is not an option/],
  ['a setting as an option', ['--', '--port=4000'], {}, () => '', /"--port=4000" is not an option/],
  ['a word', ['--', 'worker'], {}, () => '', /"worker" is not an option/],
  ['an unknown setting in .env', [], {}, () => 'VALETKEY_PROT=1\n', /VALETKEY_PROT is not a setting/],
  ['a bad setting in .env', [], {}, () => 'NODE_ENV=staging\n', /NODE_ENV is not valid/],
  ['a port in .env that is taken', [], {}, () => `PORT="${taken}"\n`, /port \d+ on 127\.0\.0\.1 is in use/],
  ['a bad setting that .env would mend', [], { PORT: 'x' }, () => 'PORT=3999\n', /PORT is not valid/],
];

it.each(REFUSED)(
  'npm start refuses %s before it builds anything',
  async (_name, words, env, dotEnv, told) => {
    writeFileSync(join(checkout, '.env'), dotEnv());
    const { code, output } = await ended(npm(['start', '--silent', ...words], env));
    expect(output).toMatch(told);
    expect(output.trim().split('\n')).toEqual([expect.stringMatching(/^Valetkey cannot start: /)]);
    expect(code).toBe(1);
    expect(existsSync(join(checkout, '.valetkey'))).toBe(false);
  },
);

it('npm run demo takes no options', async () => {
  const { code, output } = await ended(npm(['run', '--silent', 'demo', '--', '--fast'], {}, ROOT));
  expect(output).toMatch(/"--fast" is not an option/);
  expect(code).not.toBe(0);
});

it('npm run demo leaves no process and no file behind when it is interrupted', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'valetkey-interrupted-'));
  const child = npm(['run', '--silent', 'demo'], { TMPDIR: directory, VALETKEY_DATA_DIR: directory }, ROOT);
  const end = ended(child);
  await until(
    'its database to be made',
    () => readdirSync(directory).some((name) => existsSync(join(directory, name, 'postgres'))),
    { withinMs: 60_000 },
  );
  process.kill(-(child.pid ?? 0), 'SIGINT');
  const { code, output } = await end;
  expect(code).not.toBe(0);
  expect(output).not.toMatch(/http:\/\/localhost/);
  expect(readdirSync(directory).filter((name) => name.startsWith('valetkey-'))).toEqual([]);
  const processes = () => execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  await until('its processes to end', () => !processes().some((line) => line.includes(directory)));
  rmSync(directory, { recursive: true, force: true });
});
