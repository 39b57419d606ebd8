/** node scripts/check-openapi.ts FILE: the description is valid OpenAPI 3.1 and no operation is left undocumented. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { Validator } from '@seriousme/openapi-schema-validator';

interface Operation {
  readonly summary?: string;
  readonly responses?: Readonly<Record<string, unknown>>;
}

const path = process.argv[2] ?? '';
const document = JSON.parse(readFileSync(path, 'utf8')) as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
};
const { valid, errors } = await new Validator().validate(structuredClone(document));
const problems = valid ? [] : [JSON.stringify(errors, null, 2)];
if (!document.openapi.startsWith('3.1')) problems.push(`version ${document.openapi} is not 3.1`);

const operations = Object.entries(document.paths).flatMap(([route, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${route}`,
    operation,
  })),
);
for (const { name, operation } of operations) {
  const statuses = Object.keys(operation.responses ?? {});
  if (!operation.summary) problems.push(`${name} has no summary`);
  if (!statuses.some((status) => /^[23]/.test(status))) problems.push(`${name} describes no good answer`);
  if (!statuses.some((status) => /^[45]/.test(status))) problems.push(`${name} describes no error`);
}
for (const problem of problems) console.error(problem);
console.log(`${operations.length} operations, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
