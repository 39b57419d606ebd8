/**
 * node scripts/derive-descriptions.ts [folder]
 *
 * Build first. Reduces official API descriptions to the facts by which the conformance suite judges requests: methods, paths,
 * parameters, bodies, accepted scopes. The folder (default ../shared/contracts) holds Google's discovery documents
 * (`calendar__v3.discovery.json.gz`, …) and Dropbox's Stone files (`dropbox-stone.tar.gz`).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import { dropboxFacts, googleFacts } from '@valetkey/providers/testing';

const [folder = '../shared/contracts'] = process.argv.slice(2);
const opened = (file: string) => gunzipSync(readFileSync(join(folder, file))).toString('utf8');
const write = (name: string, facts: object) =>
  writeFileSync(`libs/providers/src/testing/descriptions/${name}.json`, `${JSON.stringify(facts)}\n`);

write('google-calendar', googleFacts(opened('calendar__v3.discovery.json.gz')));
write('gmail', googleFacts(opened('gmail__v1.discovery.json.gz')));
write('google-drive', googleFacts(opened('drive__v3.discovery.json.gz')));
write('dropbox', dropboxFacts(opened('dropbox-stone.tar.gz')));
