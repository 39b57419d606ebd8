/**
 * The shape of the tree as rules. docs/adr/2026-11-22-rooms-and-their-order.md tells why, and
 * test/architecture/dependency-rules.spec.ts plants a violation of each rule.
 *
 * ROOMS alone decides the direction of the backend: a room may import only rooms to its right.
 */
const ROOMS = [
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
];

const API = '^apps/api/src';
const GENERATED = `${API}/platform/prisma/generated/`;
const LIB = '^libs/providers/src';
const ANY_ROOM = `${API}/(?:${ROOMS.join('|')})/`;
/** Parts of platform that are for few, each with a rule that says for whom; and worlds of rooms, for specs. */
const SIDE_DOORS = [`${API}/platform/(queue|postgres)/index\\.ts$`, `${API}/[^/]+/testing/index\\.ts$`];
const COMPOSITION_ROOT = [`${API}/start/`, `${API}/[^/]+$`];
const QUEUE_CODE = [
  `${API}/platform/queue/`,
  `${API}/(tasks|webhooks)/`,
  `${API}/connections/.*\\.schedule(\\.(spec|int-spec))?\\.ts$`,
];
const SPEC = '\\.(spec|int-spec|e2e-spec|browser-spec)\\.tsx?$';
const TESTING = '/testing/';
const JUNK = '(utils?|helpers?|common|shared|misc|managers?)';

const error = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** A rule about where a module lies and what it is called; 100 importers are the most that the tool can count to. */
const place = (name, comment, module) => ({
  name,
  comment,
  severity: 'error',
  from: {},
  module: { ...module, numberOfDependentsLessThan: 100 },
});

const rooms = [
  ...ROOMS.slice(1).map((room, index) => {
    const left = ROOMS.slice(0, index + 1);
    return error(
      `rooms-one-way:${room}`,
      `${room} may not look back at ${left.join(', ')}; its specs may start their worlds.`,
      { path: `${API}/${room}/` },
      { path: `${API}/(${left.join('|')})/`, pathNot: TESTING },
    );
  }),
  error(
    'room-by-its-front-door',
    'Import another room through its index.ts only (platform has side doors for queue and postgres, and specs start the worlds in testing/index.ts).',
    { path: `${API}/([^/]+)/` },
    { path: ANY_ROOM, pathNot: [`${API}/$1/`, `${API}/[^/]+/index\\.ts$`, ...SIDE_DOORS] },
  ),
  error(
    'start-by-the-front-door',
    'The composition root imports rooms through their index.ts only.',
    { path: `${API}/[^/]+$` },
    { path: ANY_ROOM, pathNot: [`${API}/[^/]+/index\\.ts$`, ...SIDE_DOORS] },
  ),
  error(
    'not-through-own-front-door',
    'Inside a room, import the file, not the index of the room.',
    { path: `${API}/([^/]+)/`, pathNot: `${API}/[^/]+/index\\.ts$` },
    { path: `${API}/$1/index\\.ts$` },
  ),
  error(
    'nothing-imports-the-start',
    'What puts the rooms together is imported by no room.',
    { path: ANY_ROOM },
    { path: COMPOSITION_ROOT },
  ),
  place('every-folder-is-a-room', 'A folder of apps/api/src is a room of the list above, or start.', {
    path: `${API}/[^/]+/`,
    pathNot: [ANY_ROOM, `${API}/start/`],
  }),
];

const engines = [
  error(
    'prisma-in-repositories-only',
    'Rows stay behind *.repository.ts.',
    { path: '^apps/', pathNot: ['\\.repository(\\.int-spec)?\\.ts$', `${API}/platform/prisma/`] },
    { path: [GENERATED, 'node_modules/(@prisma|\\.prisma)/'] },
  ),
  error(
    'pg-in-platform-only',
    'Repositories send their statements through Sql (platform) or Prisma; connections are not theirs to open.',
    { path: '^apps/api/', pathNot: [`${API}/platform/`, `${API}/start/`] },
    { path: 'node_modules/(pg|pg-pool)/' },
  ),
  error(
    'bullmq-in-queue-code-only',
    'A job is how a task travels; only the queue, tasks, webhooks and scheduled work in connections know it.',
    { path: '^apps/', pathNot: QUEUE_CODE },
    { path: 'node_modules/(@nestjs/)?bullmq/' },
  ),
  error(
    'queue-door-for-queue-code',
    'What re-exports BullMQ is for those who may know it.',
    { path: '^apps/', pathNot: [...QUEUE_CODE, `${API}/platform/`, ...COMPOSITION_ROOT] },
    { path: `${API}/platform/queue/` },
  ),
  error(
    'postgres-door-for-the-start',
    "Whether the database is embedded is nobody else's business.",
    { path: '^apps/', pathNot: [`${API}/platform/`, ...COMPOSITION_ROOT] },
    { path: `${API}/platform/postgres/` },
  ),
  error(
    'openapi-library-on-demand',
    'A fifth of what a start would load; routes describe themselves by the decorators of platform.',
    { path: '^apps/' },
    {
      path: 'node_modules/@nestjs/swagger/',
      dynamic: false,
      dependencyTypesNot: ['type-only', 'type-import'],
    },
  ),
];

const libraries = [
  error(
    'providers-met-by-few-rooms',
    'OAuth data is for connectors, oauth, connections and the consent; actions are for the gateway and for what describes the API, tells users of them or finds what other products call them; how input is judged is for all.',
    {
      path: `${API}/`,
      pathNot: `${API}/((history|compatibility|gateway|authorizations|connections|oauth|connectors|platform/http)/|start/openapi-)`,
    },
    { path: '^libs/providers/' },
  ),
  error(
    'libs-are-leaves',
    'A library knows no app and no other library.',
    { path: '^libs/([^/]+)/' },
    { path: '^(apps|libs)/', pathNot: '^libs/$1/' },
  ),
  error(
    'libs-without-framework',
    'Adapters and the verifier of the log are plain functions.',
    { path: '^libs/' },
    { path: 'node_modules/(@nestjs|@prisma|\\.prisma|bullmq)/' },
  ),
  error(
    'providers-apart',
    "A provider folder imports itself, core, how requests are judged, and Google's family folder; never another provider or the registry.",
    {
      path: `${LIB}/([^/]+)/`,
      pathNot: `${LIB}/(core|connectors|action-sets|catalogue|mcp|openapi|requests|testing)/`,
    },
    { path: `${LIB}/`, pathNot: [`${LIB}/$1/`, `${LIB}/(core|google|requests|testing)/`] },
  ),
  error(
    'provider-core-knows-no-provider',
    'The contract is below what fulfils it.',
    { path: `${LIB}/core/`, pathNot: SPEC },
    // A provider's definition holds the rules by which requests are judged.
    { path: `${LIB}/`, pathNot: [`${LIB}/(core|testing)/`, `${LIB}/requests/request-rules\\.ts$`] },
  ),
  error(
    'package-by-its-front-door',
    'Import a workspace package by its name, which opens index.ts (or that of a folder that the package exports) only.',
    { path: '^((?:apps|libs)/[^/]+|[^/]+)/' },
    {
      path: '^(apps/twin|libs/(audit-log|client|providers))/src/',
      pathNot: [
        '^$1/',
        '/src/((testing|catalogue|mcp|openapi|ai|langchain|mastra|openai-agents)/)?index\\.ts$',
      ],
    },
  ),
  error(
    'client-without-node',
    'The client runs wherever fetch does, in edge runtimes too.',
    { path: '^libs/client/', pathNot: SPEC },
    { dependencyTypes: ['core'] },
  ),
  error(
    'client-without-libraries',
    'An app that uses the client has no library more for it; a folder for one library has an entry of its own.',
    { path: '^libs/client/', pathNot: [SPEC, '^libs/client/src/(ai|langchain|mastra|openai-agents)/'] },
    { path: 'node_modules/' },
  ),
];

const programs = [
  error(
    'admin-speaks-http',
    'The dashboard is a client like any other.',
    { path: '^apps/admin/' },
    { path: ['^apps/(api|twin)/', '^libs/'] },
  ),
  error(
    'nothing-imports-admin',
    'The dashboard is served as built files.',
    { pathNot: '^apps/admin/' },
    { path: '^apps/admin/' },
  ),
  error(
    'twin-stands-alone',
    'A stand-in that shared our code would share our mistakes.',
    { path: '^apps/twin/' },
    { path: ['^apps/(api|admin)/', '^libs/'] },
  ),
  error(
    'twin-for-the-demo-only',
    'The product meets the twin where it starts the demo, nowhere else.',
    { path: `${API}/`, pathNot: [`${API}/start/`, SPEC, TESTING] },
    { path: '^apps/twin/' },
  ),
];

const everywhere = [
  error(
    'no-circular',
    'Cycles make every room one room. Type imports count.',
    { pathNot: GENERATED },
    { circular: true },
  ),
  error('not-to-unresolvable', 'Every import resolves.', {}, { couldNotResolve: true }),
  error(
    'config-is-read-unbuilt',
    'The settings are read from source before anything is built: they import no package of ours.',
    { path: '^apps/api/src/config/', pathNot: SPEC },
    { path: ['^libs/', '^apps/(?!api/)'] },
  ),
  error(
    'no-test-code-in-product',
    'Product code never imports tests.',
    { path: '^(apps|libs)/', pathNot: [SPEC, TESTING] },
    { path: ['^test/', SPEC, `^(apps|libs)/.*${TESTING}`] },
  ),
  place('no-junk-drawers', 'Name the file after what it does.', {
    path: [
      `^(apps|libs|test|scripts)/.*/${JUNK}/`,
      `^(apps|libs|test|scripts)/.*[/.-]${JUNK}[.][cm]?[jt]sx?$`,
    ],
  }),
];

module.exports = {
  forbidden: [...rooms, ...engines, ...libraries, ...programs, ...everywhere],
  options: {
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true, // type-only imports count: a type cycle is still a design cycle
    doNotFollow: { path: 'node_modules' },
    // Our own build output only: most packages in node_modules live in a dist/ too, and rules speak of them.
    exclude: { path: ['(^|[.]{2}/)(apps|libs)/[^/]+/dist/', '^coverage/', '^test/\\.artifacts/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      // `source` leads to the sources of our own packages: no build is needed, and no stale one is judged.
      conditionNames: ['valetkey-source', 'types', 'import', 'node', 'default', 'require'],
      mainFields: ['module', 'main', 'types', 'typings'],
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.jsx', '.json', '.d.ts'],
    },
  },
};
