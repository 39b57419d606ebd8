import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MIGRATIONS = 'prisma/migrations';

it('the newest migration keeps the schema as it stands, from which the next one is made', () => {
  const names = readdirSync(MIGRATIONS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const newest =
    names
      .map(({ name }) => name)
      .sort()
      .at(-1) ?? '';
  const kept = readFileSync(join(MIGRATIONS, newest, 'schema.prisma'), 'utf8');
  expect(kept).toBe(readFileSync('prisma/schema.prisma', 'utf8'));
});
