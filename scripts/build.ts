/**
 * npm run build [-- [--if-needed] [client] [server] [api-types] [sdk] [dashboard]]
 *
 * Prisma client, TypeScript, types of the API, client package, dashboard: those that are named, or all. With
 * `--if-needed` each only when its sources are newer than what was built from them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

interface Step {
  readonly part: 'client' | 'server' | 'api-types' | 'sdk' | 'dashboard';
  readonly name: string;
  readonly command: readonly string[];
  /** Written by the command. */
  readonly output: string;
  readonly sources: readonly string[];
}

const GENERATED = 'apps/api/src/platform/prisma/generated';
const COMPILED = [
  'libs/audit-log/src',
  'libs/providers/src',
  'apps/twin/src',
  'apps/api/src',
  'tsconfig.base.json',
];

const STEPS: readonly Step[] = [
  {
    part: 'client',
    name: 'database client',
    command: ['node_modules/prisma/build/index.js', 'generate'],
    output: `${GENERATED}/client.ts`,
    sources: ['prisma/schema.prisma'],
  },
  {
    part: 'server',
    name: 'server',
    command: ['node_modules/typescript/bin/tsc', '-b'],
    output: 'apps/api/dist/.tsbuildinfo',
    sources: COMPILED,
  },
  {
    part: 'api-types',
    name: 'types of the API',
    command: ['scripts/api-types.ts'],
    output: 'libs/client/src/generated/api.ts',
    // Nothing that runs needs them, and check:types writes them before it judges.
    sources: [],
  },
  {
    part: 'sdk',
    name: 'client package',
    command: ['node_modules/typescript/bin/tsc', '-p', 'libs/client'],
    output: 'libs/client/dist/.tsbuildinfo',
    sources: ['libs/client/src', 'libs/client/tsconfig.json', 'tsconfig.base.json'],
  },
  {
    part: 'dashboard',
    name: 'dashboard',
    command: ['node_modules/vite/bin/vite.js', 'build', 'apps/admin', '--logLevel', 'warn'],
    output: 'apps/admin/dist/index.html',
    sources: ['apps/admin/src', 'apps/admin/public', 'apps/admin/index.html', 'apps/admin/vite.config.ts'],
  },
];

function newest(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isFresh({ output, sources }: Step): boolean {
  return existsSync(output) && Math.max(...sources.map(newest)) <= statSync(output).mtimeMs;
}

const { values, positionals } = parseArgs({
  options: { 'if-needed': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !STEPS.some(({ part }) => part === name));
if (unknown !== undefined) {
  process.stderr.write(
    `There is no part ${unknown}; there are ${STEPS.map(({ part }) => part).join(', ')}.\n`,
  );
  process.exit(1);
}
const wanted = STEPS.filter(({ part }) => positionals.length === 0 || positionals.includes(part));
for (const step of wanted) {
  if (values['if-needed'] && isFresh(step)) continue;
  process.stderr.write(`Building the ${step.name} ...\n`);
  const { status, stdout, stderr } = spawnSync(process.execPath, step.command, { encoding: 'utf8' });
  if (status === 0) continue;
  process.stderr.write(`${stdout}${stderr}\nThe ${step.name} could not be built.\n`);
  process.exit(1);
}
