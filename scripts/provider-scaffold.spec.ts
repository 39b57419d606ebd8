import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { check, resolveConfig } from 'prettier';
import ts from 'typescript';
import { scaffoldProvider } from './provider-scaffold.ts';

const ID = 'acme-notes';

/** A copy of the library, into which a provider is scaffolded: what is judged is what an author gets. */
const root = mkdtempSync(join(tmpdir(), 'valetkey-provider-'));
const source = join(root, 'src');
cpSync('libs/providers/src', source, { recursive: true });
symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
writeFileSync(join(root, 'package.json'), '{"type":"module"}');
const filesIn = (folder: string) => readdirSync(folder, { recursive: true }).map(String).sort();
const before = filesIn(source);
const registryBefore = readFileSync(join(source, 'registry.ts'), 'utf8').split('\n');
await scaffoldProvider(source, ID);

afterAll(() => rmSync(root, { recursive: true, force: true }));

// The scaffold's own spec: it registers the conformance suite here.
await import(join(source, ID, `${ID}.spec.ts`));

describe('a scaffolded provider', () => {
  it('is one folder and one entry in the registry', async () => {
    const added = filesIn(source).filter((path) => !before.includes(path));
    expect(added.filter((path) => path !== ID && !path.startsWith(`${ID}/`))).toEqual([]);
    const registry = readFileSync(join(source, 'registry.ts'), 'utf8').split('\n');
    expect(registry.filter((line) => !registryBefore.includes(line))).toEqual([
      "import { acmeNotesProvider } from './acme-notes/index.js';",
      '  acmeNotesProvider,',
    ]);
    const { findAction, findProvider } = await import(join(source, 'registry.ts'));
    expect(findProvider(ID).displayName).toBe('Acme Notes');
    expect(findAction(`${ID}.items.list`).effect).toBe('read');
  });

  it('compiles as strictly as everything else, and is formatted', async () => {
    const { config } = ts.readConfigFile('tsconfig.base.json', (path) => ts.sys.readFile(path));
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    const files = filesIn(join(source, ID)).map((path) => join(source, ID, path));
    const program = ts.createProgram(
      files.filter((path) => path.endsWith('.ts')),
      {
        ...options,
        composite: false,
        noEmit: true,
        types: ['node', 'jest'],
        typeRoots: [resolve('node_modules/@types')],
      },
    );
    const faults = files
      .map((path) => program.getSourceFile(path))
      .flatMap((file) => (file ? ts.getPreEmitDiagnostics(program, file) : []));
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    const style = await resolveConfig(resolve('package.json'));
    for (const path of files.filter((file) => /\.\w+$/.test(file)))
      expect([path, await check(readFileSync(path, 'utf8'), { ...style, filepath: path })]).toEqual([
        path,
        true,
      ]);
  });

  it('holds no placeholder any more', () => {
    for (const path of filesIn(join(source, ID)).filter((file) => /\.\w+$/.test(file)))
      expect(readFileSync(join(source, ID, path), 'utf8')).not.toMatch(/__[a-zA-Z]+__/);
  });

  it.each(['', 'Acme', 'acme_notes', '../acme', 'acme-', '-acme', 'gmail', ID])(
    'is refused for the name %j',
    async (id) => {
      await expect(scaffoldProvider(source, id)).rejects.toThrow(/no id for a provider|is there already/);
    },
  );
});
