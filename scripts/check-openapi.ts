/**
 * node scripts/check-openapi.ts FILE: the description is valid OpenAPI 3.1, no operation is left undocumented, and
 * neither Redocly (`recommended`) nor Spectral (`spectral:oas`) finds anything, be it a warning.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';

interface Operation {
  readonly summary?: string;
  readonly responses?: Readonly<Record<string, unknown>>;
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

async function faultsOfFormat(description: Description): Promise<string[]> {
  const { valid, errors } = await new Validator().validate(structuredClone(description) as never);
  return [
    ...(valid ? [] : [JSON.stringify(errors, null, 2)]),
    ...(description.openapi.startsWith('3.1') ? [] : [`version ${description.openapi} is not 3.1`]),
  ];
}

function faultsOfOperation(name: string, { summary, responses = {} }: Operation): string[] {
  const statuses = Object.keys(responses);
  return [
    ...(summary ? [] : [`${name} has no summary`]),
    ...(statuses.some((status) => /^[23]/.test(status)) ? [] : [`${name} describes no good answer`]),
    ...(statuses.some((status) => /^[45]/.test(status)) ? [] : [`${name} describes no error`]),
  ];
}

async function faultsByRedocly(source: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const found = await lintFromString({ source, config, absoluteRef: 'openapi.json' });
  return found.map(
    ({ ruleId, message, location }) => `Redocly ${ruleId}: ${message} (${location[0]?.pointer ?? ''})`,
  );
}

async function faultsBySpectral(source: string): Promise<string[]> {
  const linter = new spectral.Spectral();
  // The two packages' types do not fit one another.
  linter.setRuleset({ extends: [[rulesets.oas as never, 'recommended']] });
  const found = await linter.run(source);
  return found.map(({ code, message, path }) => `Spectral ${code}: ${message} (${path.join('/')})`);
}

const text = readFileSync(process.argv[2] ?? '', 'utf8');
const description = JSON.parse(text) as Description;
const operations = Object.entries(description.paths).flatMap(([route, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${route}`,
    operation,
  })),
);
const faults = [
  ...(await faultsOfFormat(description)),
  ...operations.flatMap(({ name, operation }) => faultsOfOperation(name, operation)),
  ...(await faultsByRedocly(text)),
  ...(await faultsBySpectral(text)),
];
for (const fault of faults) console.error(fault);
console.log(`${operations.length} operations, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
