/**
 * node scripts/api-types.ts
 *
 * Writes the types of the API that the dashboard and the client package have, from the description that the built server
 * makes of itself.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString, type OpenAPITSOptions } from 'openapi-typescript';
import { describeAtRest } from '../apps/api/dist/start/describe-at-rest.js';

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}
type Schemas = Readonly<Record<string, unknown>>;

const description = await describeAtRest();
const schemas: Schemas = description.components?.schemas ?? {};

/** The schemas that `value` refers to, directly or by way of others. */
function reached(value: unknown, found = new Set<string>()): Set<string> {
  for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g))
    if (!found.has(name)) reached(schemas[name], found.add(name));
  return found;
}

/** The schemas of the routes that agents and users may call, and of the messages that apps are sent. */
function schemasOfCallers(): Schemas {
  const operations = Object.values(description.paths).flatMap((path) => Object.values(path) as Operation[]);
  const theirs = operations.filter(({ security = [] }) =>
    security.some((one) => 'agent' in one || 'user' in one),
  );
  const names = reached([theirs, description.webhooks]);
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => names.has(name)));
}

async function write(file: string, some: Schemas, options: OpenAPITSOptions = {}): Promise<void> {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const { openapi, info } = description;
  // Both name schemas only; types of all routes would be ten times as long.
  const document = { openapi, info, paths: {}, components: { schemas: some } };
  const types = astToString(await openapiTS(JSON.stringify(document), options));
  mkdirSync(dirname(path), { recursive: true });
  // A file that stays as it is does not make what is built from it look old.
  if (!existsSync(path) || readFileSync(path, 'utf8') !== types) writeFileSync(path, types);
}

await write('apps/admin/src/generated/api.ts', schemas);
// A member with a default may be left out of what is sent.
await write('libs/client/src/generated/api.ts', schemasOfCallers(), { defaultNonNullable: false });
// Workers of the policy engine and the queue would keep this process.
process.exit();
