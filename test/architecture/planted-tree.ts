/** A small tree of the same layout as ours: every rule can be broken in it, and as it stands it breaks none. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Text of files by their path in the tree. */
export type Files = Readonly<Record<string, string>>;

/** From left to right; the spec proves that the rules agree with this list. */
export const ROOMS = [
  'search',
  'overview',
  'health',
  'history',
  'compatibility',
  'authorization-server',
  'mcp',
  'webhooks',
  'schedules',
  'tasks',
  'results',
  'approvals',
  'gateway',
  'authorizations',
  'revocations',
  'connections',
  'single-sign-on',
  'oauth',
  'connectors',
  'users',
  'agents',
  'policies',
  'operators',
  'vault',
  'audit',
  'platform',
  'config',
] as const;

const PACKAGES = [
  '@nestjs/common',
  '@nestjs/bullmq',
  '@nestjs/swagger',
  'bullmq',
  '@prisma/client',
  '@prisma/adapter-pg',
  'pg',
];
const WORKSPACES = {
  '@valetkey/audit-log': 'libs/audit-log',
  '@valetkey/client': 'libs/client',
  '@valetkey/providers': 'libs/providers',
  '@valetkey/twin': 'apps/twin',
};

const sideEffect = (...paths: string[]) => paths.map((path) => `import '${path}';\n`).join('');

function roomFiles(): Files {
  const entries = ROOMS.flatMap((room, index) => {
    const right = ROOMS[index + 1];
    return [
      [`apps/api/src/${room}/index.ts`, `export { name } from './${room}.js';\n`],
      [
        `apps/api/src/${room}/${room}.ts`,
        `${right ? sideEffect(`../${right}/index.js`) : ''}export const name = '${room}';\n`,
      ],
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** As published packages are: what is imported lives in `dist/`. */
function packageFiles(): Files {
  const entries = PACKAGES.flatMap((name) => [
    [
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', main: 'dist/index.js' }),
    ] as const,
    [`node_modules/${name}/dist/index.js`, 'module.exports = {};\n'] as const,
  ]);
  return Object.fromEntries(entries);
}

const workspace = (name: string, exports: Readonly<Record<string, string>>) =>
  JSON.stringify({
    name,
    type: 'module',
    exports: Object.fromEntries(
      Object.entries(exports).map(([at, source]) => [
        at,
        { 'valetkey-source': source, default: source.replace('/src/', '/dist/').replace('.ts', '.js') },
      ]),
    ),
  });

const CLEAN: Files = {
  'package.json': JSON.stringify({ name: 'planted', type: 'module', workspaces: ['apps/*', 'libs/*'] }),
  ...packageFiles(),
  ...roomFiles(),
  'apps/api/src/main.ts': sideEffect('./start/bootstrap.js', './platform/postgres/index.js'),
  'apps/api/src/start/bootstrap.ts': sideEffect(
    '../health/index.js',
    '../platform/queue/index.js',
    '@valetkey/twin',
    '@nestjs/common',
  ),
  'apps/api/src/platform/prisma/generated/client.ts':
    sideEffect('@prisma/client', './models.js') + 'export const client = 1;\n',
  'apps/api/src/platform/prisma/generated/models.ts': `import type {} from './client.js';\n`,
  'apps/api/src/platform/prisma/prisma.service.ts': sideEffect('./generated/client.js', '@prisma/adapter-pg'),
  'apps/api/src/platform/postgres/index.ts': sideEffect('pg'),
  'apps/api/src/platform/queue/index.ts': sideEffect('./queue.js'),
  'apps/api/src/platform/queue/queue.ts': sideEffect('bullmq', '@nestjs/bullmq'),
  'apps/api/src/tasks/tasks.processor.ts': sideEffect('@nestjs/bullmq', '../platform/queue/index.js'),
  'apps/api/src/webhooks/deliveries.processor.ts': sideEffect('bullmq'),
  'apps/api/src/connections/revocations.schedule.ts': sideEffect('@nestjs/bullmq'),
  'apps/api/src/authorizations/testing/index.ts': sideEffect('./connected-world.js'),
  'apps/api/src/authorizations/testing/connected-world.ts': sideEffect('../authorizations.js'),
  'apps/api/src/connections/refresh.int-spec.ts': sideEffect('../authorizations/testing/index.js'),
  'apps/api/src/connections/connections.repository.ts': sideEffect('../platform/index.js', '@prisma/client'),
  'apps/api/src/oauth/oauth-client.ts': sideEffect('@valetkey/providers'),
  'apps/api/src/connectors/connector.ts': sideEffect('@valetkey/providers'),
  'apps/api/src/gateway/run-action.ts': sideEffect('@valetkey/providers'),
  'apps/api/src/gateway/run-action.spec.ts': sideEffect(
    './run-action.js',
    '@valetkey/providers/testing',
    '@valetkey/twin',
  ),
  'apps/admin/src/main.tsx': sideEffect('./app.js'),
  'apps/admin/src/app.tsx': 'export const app = 1;\n',
  'apps/twin/package.json': workspace('@valetkey/twin', { '.': './src/index.ts' }),
  'apps/twin/src/index.ts': sideEffect('./google.js'),
  'apps/twin/src/google.ts': 'export const google = 1;\n',
  'libs/audit-log/package.json': workspace('@valetkey/audit-log', { '.': './src/index.ts' }),
  'libs/audit-log/src/index.ts': sideEffect('./event/leaf.js'),
  'libs/audit-log/src/event/leaf.ts': 'export const leaf = 1;\n',
  'libs/client/package.json': workspace('@valetkey/client', { '.': './src/index.ts' }),
  'libs/client/src/index.ts': sideEffect('./valetkey.js'),
  'libs/client/src/valetkey.ts': 'export const valetkey = 1;\n',
  'libs/client/src/valetkey.spec.ts': sideEffect('./valetkey.js', 'node:http'),
  'apps/api/src/audit/audit-record.ts': sideEffect('@valetkey/audit-log'),
  'libs/providers/package.json': workspace('@valetkey/providers', {
    '.': './src/index.ts',
    './testing': './src/testing/index.ts',
  }),
  'libs/providers/src/index.ts': sideEffect('./registry.js', './connectors/presets.js', './core/action.js'),
  'libs/providers/src/registry.ts': sideEffect('./gmail/index.js', './github/index.js'),
  'libs/providers/src/core/action.ts': 'export interface Action { readonly id: string }\n',
  'libs/providers/src/core/action.spec.ts': sideEffect('./action.js', '../gmail/index.js'),
  'libs/providers/src/connectors/presets.ts': sideEffect('../core/action.js'),
  'libs/providers/src/google/classify.ts': sideEffect('../core/action.js'),
  'libs/providers/src/gmail/index.ts': sideEffect('./definition.js', '../google/classify.js'),
  'libs/providers/src/gmail/definition.ts': sideEffect('../core/action.js'),
  'libs/providers/src/gmail/gmail.spec.ts': sideEffect('./index.js', '../testing/index.js'),
  'libs/providers/src/github/index.ts': sideEffect('../core/action.js'),
  'libs/providers/src/testing/index.ts': sideEffect('../core/action.js'),
  'test/story.e2e-spec.ts': sideEffect('@valetkey/twin', '@valetkey/providers'),
  'scripts/new-migration.ts': sideEffect('../apps/api/dist/main.js'),
  'bench/run.ts': sideEffect('../test/story.e2e-spec.js'),
  'examples/agent.ts': sideEffect('@valetkey/client'),
};

export interface PlantedTree {
  readonly directory: string;
  remove(): void;
}

/** Writes the clean tree and `planted` over it. */
export function plantTree(planted: Files = {}): PlantedTree {
  const directory = mkdtempSync(join(tmpdir(), 'valetkey-rules-'));
  for (const [path, text] of Object.entries({ ...CLEAN, ...planted })) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  mkdirSync(join(directory, 'node_modules/@valetkey'));
  for (const [name, folder] of Object.entries(WORKSPACES)) {
    symlinkSync(join(directory, folder), join(directory, 'node_modules', name));
  }
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
