/**
 * node scripts/derive-descriptions.ts [folder]
 *
 * Build first. Reduces official API descriptions to the facts by which the conformance suite judges requests (methods,
 * paths, parameters, bodies, accepted scopes), and to the tables of routes by which the proxy judges them
 * (`<provider>/routes.json`). The folder (default ../shared/contracts) holds Google's discovery documents
 * (`calendar__v3.discovery.json.gz`, …) and Dropbox's Stone files (`dropbox-stone.tar.gz`); GitHub's description is a
 * development dependency.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import {
  dropboxFacts,
  dropboxRoutes,
  githubRoutes,
  googleFacts,
  googleRoutes,
} from '@valetkey/providers/testing';

const [folder = '../shared/contracts'] = process.argv.slice(2);
const opened = (file: string) => gunzipSync(readFileSync(join(folder, file))).toString('utf8');
const write = (name: string, facts: object) =>
  writeFileSync(`libs/providers/src/testing/descriptions/${name}.json`, `${JSON.stringify(facts)}\n`);

const writeRoutes = (name: string, routes: object) =>
  writeFileSync(`libs/providers/src/${name}/routes.json`, `${JSON.stringify(routes, undefined, 2)}\n`);

/** The versions that the folder's files are copies of. */
const GOOGLE_DATE = '2026-08-01';
const DROPBOX = { version: '0d994eb', date: '2026-08-05' };

for (const [name, file] of [
  ['google-calendar', 'calendar__v3'],
  ['gmail', 'gmail__v1'],
  ['google-drive', 'drive__v3'],
] as const) {
  const facts = googleFacts(opened(`${file}.discovery.json.gz`));
  write(name, facts);
  writeRoutes(name, googleRoutes(facts, GOOGLE_DATE));
}
const stone = opened('dropbox-stone.tar.gz');
write('dropbox', dropboxFacts(stone));
writeRoutes('dropbox', dropboxRoutes(stone, DROPBOX.version, DROPBOX.date));
writeRoutes('github', githubRoutes());
