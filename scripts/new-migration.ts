/**
 * npm run new:migration -- name
 *
 * Writes prisma/migrations/<time>_<name>/ with migration.sql (what separates the schema of the newest migration
 * from prisma/schema.prisma) and a copy of the schema, the starting point of the next one. Needs none of the engines
 * that Prisma's command line downloads; the one it uses wants a live connection, so it gets a throw-away database.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPg } from '@prisma/adapter-pg';
import { loadSchemaEngine } from '../apps/api/dist/platform/prisma/migration-engine.js';
import { prepareDataDirectory, startEmbeddedPostgres } from '../apps/api/dist/platform/postgres/index.js';

const MIGRATIONS = 'prisma/migrations';
const SCHEMA = 'prisma/schema.prisma';

const name = process.argv[2];
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  console.error('Usage: npm run new:migration -- name_in_snake_case');
  process.exit(1);
}
const newest = readdirSync(MIGRATIONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => join(MIGRATIONS, entry.name, 'schema.prisma'))
  .sort()
  .at(-1);
// Without it the whole schema would count as new.
if (newest && !existsSync(newest)) {
  console.error(`${newest} is missing: the schema as that migration left it has to stand there.`);
  process.exit(1);
}
const datamodel = (path: string) => ({
  tag: 'schemaDatamodel' as const,
  files: [{ path: 'schema.prisma', content: readFileSync(path, 'utf8') }],
});

async function difference(): Promise<string> {
  const directory = prepareDataDirectory(mkdtempSync(join(tmpdir(), 'valetkey-migration-')));
  const database = await startEmbeddedPostgres(directory);
  try {
    const { SchemaEngine } = await loadSchemaEngine();
    const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: database.url }));
    const engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
    const { stdout } = await engine.diff({
      from: newest ? datamodel(newest) : { tag: 'empty' },
      to: datamodel(SCHEMA),
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return stdout ?? '';
  } finally {
    await database.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

const script = await difference();
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
const target = join(MIGRATIONS, `${stamp}_${name}`);
mkdirSync(target);
writeFileSync(join(target, 'migration.sql'), script);
copyFileSync(SCHEMA, join(target, 'schema.prisma'));
console.log(join(target, 'migration.sql'));
