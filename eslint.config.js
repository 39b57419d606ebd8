import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const small = {
  'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 15],
};

const SPECS = '**/*.{spec,int-spec,e2e-spec,browser-spec}.{ts,tsx}';

/** A rule that is switched off says why: `// eslint-disable-next-line no-console -- the banner is for people`. */
const reasonedDisable = {
  meta: { type: 'suggestion', schema: [], messages: { reason: 'Say why after " -- ".' } },
  create: (context) => ({
    Program() {
      for (const { value, loc } of context.sourceCode.getAllComments()) {
        if (!/^\s*eslint-disable/.test(value) || /\s--\s+\S.{9,}/s.test(value)) continue;
        // Column -1 lies before the comment, where the comment itself cannot switch this report off.
        context.report({ loc: { line: loc.start.line, column: -1 }, messageId: 'reason' });
      }
    },
  }),
};

const VAGUE_OPENING = /^[\s*]*(?:who|whom|whose|whoever|nobody|what|whatever|whichever)\b/i;

/** A comment that opens with its subject is understood at once: "callers", not "who calls". */
const plainOpening = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { vague: 'Begin with the thing that the comment is about, not with "{{word}}".' },
  },
  create: (context) => ({
    Program() {
      const comments = context.sourceCode.getAllComments();
      comments.forEach(({ type, value, loc }, index) => {
        const before = comments[index - 1];
        const goesOn =
          type === 'Line' && before?.type === 'Line' && before.loc.end.line === loc.start.line - 1;
        const [word] = VAGUE_OPENING.exec(value) ?? [];
        if (!goesOn && word)
          context.report({ loc, messageId: 'vague', data: { word: word.replace(/^[\s*]+/, '') } });
      });
    },
  }),
};

const MOST_PARAMETERS = 4;
const MOST_DEPENDENCIES = 7;

/** A function's parameters are told apart by their order, a constructor's dependencies by their types. */
const fewParameters = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { many: '{{count}} parameters; at most {{most}} here.' },
  },
  create: (context) => {
    const check = (node) => {
      const isConstructor = node.parent.kind === 'constructor';
      const most = isConstructor ? MOST_DEPENDENCIES : MOST_PARAMETERS;
      // Parameters that a decorator fills in are not told apart by their order either.
      const count = isConstructor
        ? node.params.length
        : node.params.filter(({ decorators = [] }) => decorators.length === 0).length;
      if (count > most) context.report({ node, messageId: 'many', data: { count, most } });
    };
    return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
  },
};

const ARRAY_METHODS = new Set(Object.getOwnPropertyNames(Array.prototype));

/** A class is given the parts that it needs: a call through one of them hides that it depends on another. */
const ownDependencies = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { through: '{{dependency}} is asked for its {{member}}: have {{member}} given to this class.' },
  },
  create: (context) => ({
    'CallExpression > MemberExpression.callee > MemberExpression.object > MemberExpression.object[object.type="ThisExpression"]'(
      node,
    ) {
      const { name: dependency } = node.property;
      const { name: member } = node.parent.property;
      const { name: method } = node.parent.parent.property;
      const body = context.sourceCode.getAncestors(node).findLast(({ type }) => type === 'ClassBody');
      const constructor = body?.body.find(({ kind }) => kind === 'constructor');
      const given = constructor?.value.params.find(
        (parameter) => parameter.type === 'TSParameterProperty' && parameter.parameter.name === dependency,
      );
      // Prisma's tables and the server behind Nest are had no other way; a list of another class is data.
      if (!given || ['prisma', 'host'].includes(dependency) || ARRAY_METHODS.has(method)) return;
      context.report({ node, messageId: 'through', data: { dependency, member } });
    },
  }),
};

/** Ids that mean a provider wherever they stand, and ids that are targets of connectors as well. */
const PROVIDER_IDS = '/^(google-calendar|gmail|google-drive)$/';
const COMPARED_IDS = '/^(google-calendar|gmail|google-drive|github|dropbox)$/';
const ASK_THE_REGISTRY =
  'Only the registry and the provider folders name a provider; ask the registry for what differs.';

const noProviderIds = [
  `Literal[value=${PROVIDER_IDS}]`,
  `TemplateElement[value.cooked=${PROVIDER_IDS}]`,
  `SwitchCase > Literal[value=${COMPARED_IDS}]`,
  `BinaryExpression[operator=/^[!=]==?$/] > Literal[value=${COMPARED_IDS}]`,
].map((selector) => ({ selector, message: ASK_THE_REGISTRY }));

/** Anything of these names that is no body is named here. */
const NO_BODIES =
  '[callee.object.name=/^(client|socket|request|copy)$/], [callee.object.property.name=/^(pool|tasks)$/]';

const oneWayToDropBodies = [
  `CallExpression[callee.property.name=/^(destroy|cancel|dump)$/]:not(${NO_BODIES})`,
  'CallExpression[callee.property.name="resume"]:matches([callee.object.name=/^(body|stream|answer|response)$/], [callee.object.property.name="body"])',
].map((selector) => ({
  selector,
  message: 'A body is dropped by discardBody alone: if it fails while nobody listens, the process ends.',
}));

const namedMethods = [
  {
    selector: 'MethodDefinition[key.name=/^(find|get|page)$/]',
    message:
      'Name what it finds: a search for findConnection finds one method, a search for find all of them.',
  },
];

const everyTestRuns = [
  {
    selector:
      ':not(ConditionalExpression) > MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo|failing)$/]',
    message: 'Every test runs, or it is removed.',
  },
  {
    selector: 'CallExpression[callee.name=/^(f|x)(describe|it|test)$/]',
    message: 'Every test runs, or it is removed.',
  },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      'apps/*/src/**/generated/',
      'libs/client/src/generated/',
      'coverage/',
      '.valetkey/',
    ],
  },
  ...tseslint.configs.strict,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: {
      valetkey: {
        rules: {
          'reasoned-disable': reasonedDisable,
          'plain-opening': plainOpening,
          'few-parameters': fewParameters,
          'own-dependencies': ownDependencies,
        },
      },
    },
    rules: {
      ...small,
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'process', message: 'import process from "node:process"' }],
      'valetkey/reasoned-disable': 'error',
      'valetkey/plain-opening': 'error',
      'valetkey/few-parameters': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['apps/api/src/**/*.ts'],
    ignores: [SPECS],
    rules: {
      'no-restricted-syntax': ['error', ...noProviderIds, ...oneWayToDropBodies],
      'valetkey/own-dependencies': 'error',
    },
  },
  {
    files: ['apps/api/src/**/*.ts'],
    ignores: [SPECS, '**/testing/**'],
    rules: {
      'no-restricted-syntax': ['error', ...noProviderIds, ...oneWayToDropBodies, ...namedMethods],
    },
  },
  {
    files: ['libs/providers/src/**/*.ts'],
    ignores: [SPECS, '**/testing/**'],
    rules: { 'no-restricted-syntax': ['error', ...oneWayToDropBodies] },
  },
  {
    // Input from outside is as long as its sender likes: twice the text may take twice the time, not four times.
    files: ['apps/api/src/**/*.ts', 'libs/*/src/**/*.ts'],
    ignores: [SPECS, '**/testing/**'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  {
    // Rooms get the database client from platform/index.ts, where dependency-cruiser cannot tell one name from another.
    files: ['apps/api/src/**/*.ts'],
    ignores: ['**/*.repository.ts', '**/*.int-spec.ts', 'apps/api/src/platform/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '/platform/(.*/)?[^/]+\\.js$',
              importNames: ['Prisma', 'PrismaService', 'Sql'],
              message: 'Rows stay behind *.repository.ts.',
            },
          ],
        },
      ],
    },
  },
  {
    files: [
      SPECS,
      'test/**',
      'scripts/**',
      'bench/**',
      'examples/**',
      '*.js',
      '*.ts',
      'libs/providers/src/testing/**',
    ],
    rules: {
      'max-lines-per-function': 'off',
      'no-console': 'off',
      'no-restricted-globals': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: [SPECS, '**/testing/**'],
    rules: {
      'no-restricted-syntax': ['error', ...everyTestRuns],
      // The rows of a table of cases are as wide as the cases are.
      'valetkey/few-parameters': 'off',
    },
  },
);
