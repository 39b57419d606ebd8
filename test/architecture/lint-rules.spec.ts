import { Linter } from 'eslint';
import config from '../../eslint.config.js';

const linter = new Linter({ cwd: new URL('../..', import.meta.url).pathname });
const room = 'apps/api/src/gateway/run-action.ts';
const spec = 'apps/api/src/gateway/run-action.spec.ts';
const lines = (count: number, line = '// line') => Array.from({ length: count }, () => line).join('\n');

/** The rules that report something, each once. */
function reported(code: string, filename: string): (string | null)[] {
  const messages = linter.verify(code, config as Linter.Config[], { filename });
  return [...new Set(messages.map(({ ruleId, message, fatal }) => (fatal ? message : ruleId)))];
}

describe('the lint rules', () => {
  it.each([
    ['max-lines', '301 lines', lines(301), room],
    ['max-lines', '301 lines of a spec', lines(301), spec],
    [
      'max-lines-per-function',
      'a function of 51 lines',
      `export function long() {\n${lines(49, 'void 0;')}\n}`,
      room,
    ],
    [
      'valetkey/few-parameters',
      'five parameters',
      'export const five = (a: 1, b: 1, c: 1, d: 1, e: 1) => [a, b, c, d, e];',
      room,
    ],
    [
      'valetkey/few-parameters',
      'a constructor with eight dependencies',
      'export class Eight { constructor(readonly a: 1, readonly b: 1, readonly c: 1, readonly d: 1, readonly e: 1, readonly f: 1, readonly g: 1, readonly h: 1) {} }',
      room,
    ],
    [
      'valetkey/own-dependencies',
      'a call through what the class was given',
      'export class Through { constructor(private readonly vault: { readonly keys: { rotate(): void } }) {} go() { this.vault.keys.rotate(); } }',
      room,
    ],
    [
      'no-restricted-syntax',
      'a method whose name says nothing of what it finds',
      'export class Connections { find(id: string) { return id; } }',
      room,
    ],
    [
      'complexity',
      'sixteen ways through a function',
      `export function many(x: number) { ${lines(15, 'if (x) x++;')} return x; }`,
      room,
    ],
    [
      'regexp/no-super-linear-move',
      'a pattern that begins anew in a run of what it begins with',
      "export const cut = (text: string) => text.replace(/\\/+$/, '');",
      room,
    ],
    [
      'regexp/no-super-linear-backtracking',
      'a pattern with two ways to share one run',
      'export const charset = (text: string) => /charset\\s*=\\s*["\']?\\s*(\\w+)/.exec(text);',
      'libs/providers/src/gmail/letter.ts',
    ],
    ['no-console', 'console', 'console.log(1);', room],
    ['no-restricted-globals', 'the global process', 'export const port = process.env.PORT;', room],
    ['eqeqeq', '==', 'export const same = (a: string, b: string) => a == b;', room],
    [
      '@typescript-eslint/no-explicit-any',
      'any',
      'export const anything = (value: any): unknown => value;',
      room,
    ],
    ['no-restricted-syntax', 'the name of a provider', "export const id = 'gmail';", room],
    [
      'no-restricted-syntax',
      'the name of a provider in a template',
      'export const id = `google-drive`;',
      room,
    ],
    [
      'no-restricted-syntax',
      'a switch over providers',
      "export function f(id: string) { switch (id) { case 'github': return 1; default: return 2; } }",
      room,
    ],
    [
      'no-restricted-syntax',
      'a comparison with a provider',
      "export const isDropbox = (id: string) => id === 'dropbox';",
      room,
    ],
    [
      'no-restricted-syntax',
      'a negated comparison with a provider',
      "export const isOther = (id: string) => 'github' !== id;",
      room,
    ],
    ['no-restricted-syntax', 'a body destroyed', 'export const f = (body: X) => body.destroy();', room],
    ['no-restricted-syntax', 'a body resumed', 'export const f = (answer: X) => answer.body.resume();', room],
    ['no-restricted-syntax', 'a body dumped', 'export const f = (body: X) => body.dump();', room],
    [
      'no-restricted-syntax',
      'a body of fetch canceled',
      'export const f = async (response: Response) => response.body?.cancel();',
      room,
    ],
    [
      'no-restricted-syntax',
      'a body destroyed by a provider',
      'export const f = (stream: X) => stream.destroy(new Error());',
      'libs/providers/src/core/http/read-body.ts',
    ],
    [
      'no-restricted-imports',
      'Sql in a service',
      "import { Sql } from '../platform/index.js';\nexport const x = Sql;",
      room,
    ],
    [
      'no-restricted-imports',
      'PrismaService in a service',
      "import { PrismaService } from '../platform/index.js';\nexport const x = PrismaService;",
      room,
    ],
    [
      'no-restricted-imports',
      'the Prisma types in a service',
      "import type { Prisma } from '../platform/index.js';\nexport type X = Prisma.Row;",
      room,
    ],
    [
      'no-restricted-imports',
      'PrismaService by its file',
      "import { PrismaService } from '../platform/prisma/prisma.service.js';\nexport const x = PrismaService;",
      room,
    ],
    [
      'no-restricted-imports',
      'platform as a whole',
      "import * as platform from '../platform/index.js';\nexport const x = platform;",
      room,
    ],
    [
      'no-restricted-imports',
      'PrismaService handed on',
      "export { PrismaService } from '../platform/index.js';",
      room,
    ],
    [
      'no-restricted-imports',
      'PrismaService in the start',
      "import { PrismaService } from '../platform/index.js';\nexport const x = PrismaService;",
      'apps/api/src/start/bootstrap.ts',
    ],
    ['no-restricted-syntax', 'a test that runs alone', "it.only('works', () => undefined);", spec],
    [
      'no-restricted-syntax',
      'a table of tests that runs alone',
      "it.only.each([1])('works', () => undefined);",
      spec,
    ],
    [
      'no-restricted-syntax',
      'a skipped group',
      "describe.skip('all', () => undefined);",
      'test/story.e2e-spec.ts',
    ],
    [
      'no-restricted-syntax',
      'a test to be written',
      "test.todo('works');",
      'libs/providers/src/gmail/gmail.spec.ts',
    ],
    ['no-restricted-syntax', 'a test crossed out', "xit('works', () => undefined);", spec],
    [
      'valetkey/reasoned-disable',
      'a rule switched off without a reason',
      '// eslint-disable-next-line no-console\nconsole.log(1);',
      room,
    ],
    [
      'valetkey/reasoned-disable',
      'a line switched off without a reason',
      'console.log(1); // eslint-disable-line no-console',
      room,
    ],
    ['valetkey/reasoned-disable', 'everything switched off', '/* eslint-disable */\nconsole.log(1);', room],
    [
      'valetkey/reasoned-disable',
      'a reason that says nothing',
      '// eslint-disable-next-line no-console -- ok\nconsole.log(1);',
      room,
    ],
    [
      'valetkey/plain-opening',
      'a comment that opens with what is not its subject',
      '/** Whoever calls this waits. */\nexport const x = 1;',
      room,
    ],
    ['valetkey/plain-opening', 'the same in a line', 'export const x = 1; // What comes first.', spec],
    [
      null,
      'a rule switched off in vain',
      '// eslint-disable-next-line no-console -- the banner is for people\nexport const x = 1;',
      room,
    ],
    [
      '@typescript-eslint/ban-ts-comment',
      'a type error silenced without a reason',
      '// @ts-expect-error\nexport const x: string = 1;',
      room,
    ],
  ])('%s reports %s', (rule, _what, code, filename) => {
    expect(reported(code, filename)).toEqual([rule]);
  });

  it.each([
    ['300 lines', lines(300), room],
    ['a function of 50 lines', `export function long() {\n${lines(48, 'void 0;')}\n}`, room],
    ['a long function in a spec', `export function long() {\n${lines(80, 'void 0;')}\n}`, spec],
    ['the names of connectors', "export const targets = ['github', 'dropbox', 'google'];", room],
    ['the name of an action', "export const action = 'google-calendar.events.list';", room],
    [
      'the name of a provider in its folder',
      "export const id = 'gmail';",
      'libs/providers/src/gmail/definition.ts',
    ],
    ['the name of a provider in a spec', "export const id = 'gmail';", spec],
    [
      'PrismaService in a repository',
      "import { PrismaService } from '../platform/index.js';\nexport const x = PrismaService;",
      'apps/api/src/users/users.repository.ts',
    ],
    [
      'a transaction in a service',
      "import type { Transaction } from '../platform/index.js';\nexport type X = Transaction;",
      room,
    ],
    [
      'a pool that ends',
      'export class Y { constructor(readonly pool: X) {} stop = () => this.pool.destroy(); }',
      room,
    ],
    ['process from its module', "import process from 'node:process';\nexport const x = process.pid;", room],
    ['console in a script', 'console.log(1);', 'scripts/new-migration.ts'],
    [
      'a test that needs what may not be there',
      "const whenBuilt = process.env.BUILT ? it : it.skip;\nwhenBuilt('works', () => undefined);",
      spec,
    ],
    [
      'a comment whose second line opens so',
      '// The order decides\n// what comes first.\nexport const x = 1;',
      room,
    ],
    [
      'a rule switched off for a reason',
      '// eslint-disable-next-line no-console -- the banner is for people\nconsole.log(1);',
      room,
    ],
  ])('let pass %s', (_what, code, filename) => {
    expect(reported(code, filename)).toEqual([]);
  });
});
