import { fileURLToPath } from 'node:url';
import { complaints, judgeTree, REAL_TREE, ruleNames, type Violation } from './dependency-tree.js';
import { plantTree, ROOMS, type Files } from './planted-tree.js';

/** A planted violation, and the one rule that must report it. */
interface Plant {
  readonly rule: string;
  readonly what: string;
  readonly files: Files;
}

const plant = (rule: string, what: string, files: Files): Plant => ({ rule, what, files });
const api = 'apps/api/src';
const lib = 'libs/providers/src';

const stepsBack: Plant[] = ROOMS.slice(1).flatMap((room, index) => [
  plant(`rooms-one-way:${room}`, `${room} imports its left neighbour ${ROOMS[index]}`, {
    [`${api}/${room}/planted.ts`]: `import '../${ROOMS[index]}/index.js';`,
  }),
  plant(`rooms-one-way:${room}`, `${room} imports a type of ${ROOMS[0]}, far left`, {
    [`${api}/${room}/planted.ts`]: `import type { name } from '../${ROOMS[0]}/index.js';\nexport type Name = typeof name;`,
  }),
]);

const doors: Plant[] = [
  plant('rooms-one-way:connections', 'a spec looks into a room to the left', {
    [`${api}/connections/planted.int-spec.ts`]: `import '../authorizations/index.js';`,
  }),
  plant('room-by-its-front-door', 'a spec reaches past the index of a testing folder', {
    [`${api}/connections/planted.int-spec.ts`]: `import '../authorizations/testing/connected-world.js';`,
  }),
  plant('room-by-its-front-door', 'a room reaches past the index of another', {
    [`${api}/tasks/planted.ts`]: `import '../vault/vault.js';`,
  }),
  plant('room-by-its-front-door', 'a room reaches into a folder of platform', {
    [`${api}/tasks/planted.ts`]: `import '../platform/queue/queue.js';`,
  }),
  plant('room-by-its-front-door', 'the start reaches past an index', {
    [`${api}/start/planted.ts`]: `import type { name } from '../vault/vault.js';\nexport type Name = typeof name;`,
  }),
  plant('start-by-the-front-door', 'main.ts reaches past an index', {
    [`${api}/planted.ts`]: `import './vault/vault.js';`,
  }),
  plant('not-through-own-front-door', 'a file imports the index of its own room', {
    [`${api}/vault/planted.ts`]: `import './index.js';`,
  }),
  plant('not-through-own-front-door', 'a file in a folder of platform imports the index of platform', {
    [`${api}/platform/queue/planted.ts`]: `import '../index.js';`,
  }),
  plant('nothing-imports-the-start', 'a room imports the start', {
    [`${api}/health/planted.ts`]: `import '../start/bootstrap.js';`,
  }),
  plant('nothing-imports-the-start', 'a room imports a file beside main.ts', {
    [`${api}/app.ts`]: `export const app = 1;`,
    [`${api}/config/planted.ts`]: `import '../app.js';`,
  }),
  plant(
    'forty-files-a-folder',
    'a folder with 41 files',
    Object.fromEntries(
      Array.from({ length: 41 }, (_, n) => [`${api}/vault/parts/part-${n}.ts`, `export const part = ${n};`]),
    ),
  ),
  plant('a-fifth-of-the-api', 'a room larger than all others together', {
    [`${api}/gateway/long.ts`]: `export const name = 1;\n${'//\n'.repeat(1_000)}`,
  }),
  plant('every-folder-is-a-room', 'a folder that is no room', {
    [`${api}/billing/index.ts`]: `export const bill = 1;`,
  }),
];

const engines: Plant[] = [
  plant('prisma-in-repositories-only', 'a service imports the generated client', {
    [`${api}/platform/planted.service.ts`]: `import './prisma/generated/client.js';`,
  }),
  plant('prisma-in-repositories-only', 'a service imports a type of @prisma/client', {
    [`${api}/users/planted.service.ts`]: `import type { Prisma } from '@prisma/client';\nexport type Row = Prisma.Row;`,
  }),
  plant('prisma-in-repositories-only', 'the start makes a database adapter', {
    [`${api}/start/planted.ts`]: `import '@prisma/adapter-pg';`,
  }),
  plant('pg-in-platform-only', 'a repository opens connections of its own', {
    [`${api}/users/planted.repository.ts`]: `import 'pg';`,
  }),
  plant('bullmq-in-queue-code-only', 'the gateway adds a job', {
    [`${api}/gateway/planted.ts`]: `import 'bullmq';`,
  }),
  plant('bullmq-in-queue-code-only', 'the gateway adds a job the Nest way', {
    [`${api}/gateway/planted.ts`]: `import '@nestjs/bullmq';`,
  }),
  plant('queue-door-for-queue-code', 'the gateway gets BullMQ from platform/queue', {
    [`${api}/gateway/planted.ts`]: `import '../platform/queue/index.js';`,
  }),
  plant('postgres-door-for-the-start', 'a room looks at the embedded database', {
    [`${api}/vault/planted.ts`]: `import '../platform/postgres/index.js';`,
  }),
  plant('openapi-library-on-demand', 'a controller is decorated by the library', {
    [`${api}/users/planted.controller.ts`]: `import { ApiTags } from '@nestjs/swagger';\nApiTags('users');`,
  }),
  plant('bullmq-in-queue-code-only', 'connections use the queue outside of a schedule', {
    [`${api}/connections/planted.ts`]: `import 'bullmq';`,
  }),
];

const libraries: Plant[] = [
  ...['mcp', 'tasks', 'revocations', 'policies', 'vault', 'start'].map((room) =>
    plant('providers-met-by-few-rooms', `${room} meets the providers`, {
      [`${api}/${room}/planted.ts`]: `import '@valetkey/providers';`,
    }),
  ),
  plant('libs-are-leaves', 'the library imports an app', {
    [`${lib}/planted.ts`]: `import '@valetkey/twin';`,
  }),
  plant('client-without-node', 'the client reads a file', {
    'libs/client/src/planted.ts': `import 'node:fs';`,
  }),
  plant('client-without-libraries', 'the client imports a package', {
    'libs/client/src/planted.ts': `import 'pg';`,
  }),
  plant('libs-are-leaves', 'the audit log imports another library', {
    'libs/audit-log/src/planted.ts': `import '@valetkey/providers';`,
  }),
  plant('package-by-its-front-door', 'a room imports a file of the audit log', {
    [`${api}/audit/planted.ts`]: `import '../../../../libs/audit-log/src/event/leaf.js';`,
  }),
  ...['@nestjs/common', '@prisma/client', 'bullmq'].map((framework) =>
    plant('libs-without-framework', `the library imports ${framework}`, {
      [`${lib}/planted.ts`]: `import '${framework}';`,
    }),
  ),
  plant('providers-apart', 'a provider imports another', {
    [`${lib}/gmail/planted.ts`]: `import '../github/index.js';`,
  }),
  plant('providers-apart', "a provider imports another's type", {
    [`${lib}/github/planted.ts`]: `import type {} from '../gmail/definition.js';`,
  }),
  plant('providers-apart', 'a provider imports the connector presets', {
    [`${lib}/gmail/planted.ts`]: `import '../connectors/presets.js';`,
  }),
  plant('providers-apart', 'a provider imports the registry', {
    [`${lib}/gmail/planted.ts`]: `import '../registry.js';`,
  }),
  plant('providers-apart', "Google's family folder imports a provider", {
    [`${lib}/google/planted.ts`]: `import '../gmail/definition.js';`,
  }),
  plant('provider-core-knows-no-provider', 'the core imports a provider', {
    [`${lib}/core/planted.ts`]: `import '../gmail/index.js';`,
  }),
  plant('package-by-its-front-door', 'a room imports a provider folder', {
    [`${api}/gateway/planted.ts`]: `import '../../../../${lib}/gmail/index.js';`.replace(
      '/index.js',
      '/definition.js',
    ),
  }),
  plant('package-by-its-front-door', "a test imports the twin's inside", {
    'test/planted.e2e-spec.ts': `import '../apps/twin/src/google.js';`,
  }),
];

const programs: Plant[] = [
  plant('admin-speaks-http', 'the dashboard imports the API', {
    'apps/admin/src/planted.tsx': `import '../../api/src/config/index.js';`,
  }),
  plant('admin-speaks-http', 'the dashboard imports the providers', {
    'apps/admin/src/planted.tsx': `import '@valetkey/providers';`,
  }),
  plant('nothing-imports-admin', 'the start imports the dashboard', {
    [`${api}/start/planted.ts`]: `import '../../../admin/src/app.js';`,
  }),
  plant('twin-stands-alone', 'the twin imports the API', {
    'apps/twin/src/planted.ts': `import '../../api/src/config/index.js';`,
  }),
  plant('twin-stands-alone', 'the twin imports the providers', {
    'apps/twin/src/planted.ts': `import '@valetkey/providers';`,
  }),
  plant('twin-for-the-demo-only', 'a room imports the twin', {
    [`${api}/connections/planted.ts`]: `import '@valetkey/twin';`,
  }),
];

const everywhere: Plant[] = [
  plant('no-circular', 'two files import each other', {
    [`${api}/vault/one.ts`]: `import './two.js';`,
    [`${api}/vault/two.ts`]: `import './one.js';`,
  }),
  plant('no-circular', 'two files import types of each other', {
    [`${api}/vault/one.ts`]: `import type { Two } from './two.js';\nexport interface One { two: Two }`,
    [`${api}/vault/two.ts`]: `import type { One } from './one.js';\nexport interface Two { one: One }`,
  }),
  plant('not-to-unresolvable', 'a file that is not there', {
    [`${api}/vault/planted.ts`]: `import './gone.js';`,
  }),
  plant('not-to-unresolvable', 'a package that is not there', {
    [`${api}/vault/planted.ts`]: `import 'gone';`,
  }),
  plant('config-is-read-unbuilt', 'the settings import a package that is built', {
    [`${api}/config/planted.ts`]: `import '@valetkey/audit-log';`,
  }),
  plant('no-test-code-in-product', 'product code imports a spec', {
    [`${api}/gateway/planted.ts`]: `import './run-action.spec.js';`,
  }),
  plant('no-test-code-in-product', 'a room starts a world of another', {
    [`${api}/connections/planted.ts`]: `import '../authorizations/testing/index.js';`,
  }),
  plant('no-test-code-in-product', 'a provider imports the testing folder', {
    [`${lib}/gmail/planted.ts`]: `import '../testing/index.js';`,
  }),
  plant('no-test-code-in-product', 'a room imports the testing entry of the providers', {
    [`${api}/gateway/planted.ts`]: `import '@valetkey/providers/testing';`,
  }),
  plant('no-test-code-in-product', 'product code imports a black-box test', {
    [`${api}/start/planted.ts`]: `import '../../../../test/story.e2e-spec.js';`,
  }),
  ...[
    'utils.ts',
    'helpers/name.ts',
    'token-utils.ts',
    'vault.helper.ts',
    'common/name.ts',
    'shared.ts',
    'misc.ts',
    'key-manager.ts',
  ].map((path) =>
    plant('no-junk-drawers', `a ${path} that nobody imports`, {
      [`${api}/vault/${path}`]: `export const name = 1;`,
    }),
  ),
  plant('no-junk-drawers', 'a utils.tsx that is in use', {
    'apps/admin/src/utils.tsx': `export const name = 1;`,
    'apps/admin/src/planted.tsx': `import './utils.js';`,
  }),
];

const plants = [...stepsBack, ...doors, ...engines, ...libraries, ...programs, ...everywhere];

async function judgePlanted(files: Files) {
  const tree = plantTree(files);
  try {
    return await judgeTree(tree.directory, REAL_TREE);
  } finally {
    tree.remove();
  }
}

const touches = ({ from, to }: Violation, files: Files) =>
  Object.keys(files).some((path) => from.includes(path) || to.includes(path));

/** Plants that write no file twice, so that one tree holds them all: a tree for each would take a minute and a half. */
function beds(): Plant[][] {
  const made: Plant[][] = [];
  for (const plant of plants) {
    const paths = Object.keys(plant.files);
    const bed = made.find((others) => !others.some(({ files }) => paths.some((path) => path in files)));
    if (bed) bed.push(plant);
    else made.push([plant]);
  }
  return made;
}

describe('the dependency rules', () => {
  it('have nothing to say about a clean tree', async () => {
    const { violations, moduleCount } = await judgePlanted({});
    expect(violations).toEqual([]);
    expect(moduleCount).toBeGreaterThan(60);
  });

  describe.each(beds().map((bed) => ({ bed })))('over a tree', ({ bed }) => {
    let found: readonly Violation[];
    beforeAll(async () => {
      found = (await judgePlanted(Object.assign({}, ...bed.map(({ files }) => files)))).violations;
    });

    it.each(bed)('$rule reports: $what', ({ rule, files }) => {
      const reported = found.filter((violation) => touches(violation, files));
      expect([...new Set(reported.map((violation) => violation.rule))]).toEqual([rule]);
    });

    it('report nothing that was not planted', () => {
      expect(found.filter((violation) => !bed.some(({ files }) => touches(violation, files)))).toEqual([]);
    });
  });

  it('have a planted violation each', () => {
    expect([...new Set(plants.map(({ rule }) => rule))].sort()).toEqual([...ruleNames].sort());
  });

  it('refuse to call a tree clean of which too little was seen', async () => {
    const judgement = await judgePlanted({});
    expect(complaints(judgement)).toEqual([expect.stringMatching(/^Only \d+ modules were seen/)]);
  });

  it('hold in our own tree, all of which was seen', async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    expect(complaints(await judgeTree(root, REAL_TREE))).toEqual([]);
  });
});
