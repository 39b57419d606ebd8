/**
 * npm run dev: the server, started again when a line of it changes, and the dashboard from Vite, which changes in place
 * and asks the server for the rest. Ctrl-C ends all of it.
 *
 * Only what has changed is compiled, and without a judgement on types: that comes from the compiler's watch beside it.
 */
import './dot-env.ts';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, watch, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { transformFile } from '@swc/core';
import { DevServers } from './dev-servers.ts';

const PACKAGES = ['apps/api', 'apps/twin', 'libs/audit-log', 'libs/providers'];
const SCHEMA = 'prisma/schema.prisma';
const IS_SOURCE = /(?<!spec|\.d)\.(ts|json)$/;

/** Several files that are saved at once, or a checkout of another commit, are one change. */
const SETTLED_AFTER_MS = 50;

const LOWER_PRIORITY = 10;

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });

/** @throws Error when a part cannot be built; why has been printed then */
function build(...parts: readonly string[]): void {
  const command = ['scripts/build.ts', '--if-needed', ...parts];
  if (spawnSync(process.execPath, command, { stdio: 'inherit' }).status !== 0)
    throw new Error('The server stays as it is.');
}

/** Compiles one source to where the build would put it. */
async function compile(source: string): Promise<void> {
  const target = source.replace('/src/', '/dist/');
  mkdirSync(dirname(target), { recursive: true });
  if (source.endsWith('.json')) return copyFileSync(source, target);
  const { code, map = '' } = await transformFile(source, { sourceMaps: true });
  const script = target.replace(/\.ts$/, '.js');
  writeFileSync(script, `${code}//# sourceMappingURL=${basename(script)}.map\n`);
  writeFileSync(`${script}.map`, map);
}

const servers = new DevServers();
const changed = new Set<string>();
let settled: NodeJS.Timeout | undefined;
let work: Promise<void>;

/** Makes what has changed since the last time run. A mistake in it leaves the server as it is. */
async function apply(): Promise<void> {
  const files = [...changed].filter((file) => existsSync(file));
  changed.clear();
  try {
    // Code generated from the schema is a change of its own.
    if (files.includes(SCHEMA)) build('client');
    await Promise.all(files.filter((file) => file !== SCHEMA).map(compile));
    await servers.restart();
  } catch (error) {
    // The compiler's message goes on with the stack of its own code.
    process.stderr.write(`${(error as Error).message.split('\nCaused by')[0]}\n`);
  }
}

function note(file: string): void {
  changed.add(file);
  clearTimeout(settled);
  settled = setTimeout(() => (work = work.then(apply)), SETTLED_AFTER_MS);
}

try {
  build('client', 'server');
} catch {
  process.exit(1);
}
for (const root of PACKAGES.map((name) => join(name, 'src')))
  watch(root, { recursive: true }, (_, name) => {
    if (name !== null && IS_SOURCE.test(name)) note(join(root, name));
  });
watch(dirname(SCHEMA), (_, name) => {
  if (name === basename(SCHEMA)) note(SCHEMA);
});
work = servers.restart();

const judge = ['-p', 'apps/api', '--noEmit', '--composite', 'false', '--incremental', 'false'];
const parts = [
  run(['node_modules/typescript/bin/tsc', ...judge, '--watch', '--preserveWatchOutput']),
  run(['node_modules/vite/bin/vite.js', 'apps/admin', '--clearScreen', 'false'], {
    VALETKEY_API: `http://127.0.0.1:${process.env['PORT'] ?? '3000'}`,
  }),
];
// The server is to be there first.
if (parts[0]?.pid !== undefined) setPriority(parts[0].pid, LOWER_PRIORITY);

const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => once(process, signal));
await Promise.race(signals);
for (const part of parts) part.kill('SIGTERM');
await servers.end();
process.exit(0);
