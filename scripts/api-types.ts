/**
 * node scripts/api-types.ts
 *
 * Writes the dashboard's types of the API, from the description that the built server makes of itself.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { describeAtRest } from '../apps/api/dist/start/describe-at-rest.js';

const FOLDER = fileURLToPath(new URL('../apps/admin/src/generated', import.meta.url));
const FILE = `${FOLDER}/api.ts`;

const { openapi, info, components } = await describeAtRest();
// The dashboard names schemas only; types of all routes would be ten times as long.
const description = { openapi, info, paths: {}, components: { schemas: components?.schemas } };
const types = astToString(await openapiTS(JSON.stringify(description)));
mkdirSync(FOLDER, { recursive: true });
// A file that stays as it is does not make the built dashboard look old.
if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== types) writeFileSync(FILE, types);
// Workers of the policy engine and the queue would keep this process.
process.exit();
