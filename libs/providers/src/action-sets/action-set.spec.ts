import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { catalogueEntries } from '../catalogue/catalogue.js';
import { parseActionSet, readActionSets } from './action-set-files.js';
import { actionsOfSet } from './action-sets.js';
import { operationsOfSet } from './set-operations.js';

type Json = Record<string, unknown>;

const FILE = new URL('../../catalogue/actions/slack.yaml', import.meta.url);
const slack = parse(readFileSync(FILE, 'utf8')) as { actions: Json[] } & Json;
const POST = slack.actions.findIndex(({ name }) => name === 'messages.post');

/** The fault of the file of Slack when one member of it is another. */
function faultOf(path: string, value: unknown): string | undefined {
  const changed = structuredClone(slack);
  const steps = path.replace(/^post/, `actions.${POST}`).split('.');
  const last = steps.pop() ?? '';
  const parent = steps.reduce<Json>((at, step) => at[step] as Json, changed);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  try {
    parseActionSet(stringify(changed), 'slack.yaml', catalogueEntries());
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const shipped = readActionSets(fileURLToPath(new URL('.', FILE)), catalogueEntries());

it.each(shipped)('$provider is what was compiled (if not: node scripts/catalogue.ts)', (set) => {
  expect(actionsOfSet(set.provider)).toEqual(JSON.parse(JSON.stringify(operationsOfSet(set))));
});

it.each([
  'provider',
  'tried',
  'failures',
  ...['name', 'title', 'summary', 'documentation', 'request', 'effect', 'scopes', 'input', 'answer'].map(
    (member) => `post.${member}`,
  ),
  ...['preview', 'example', 'example.input', 'example.sends', 'example.preview', 'example.again'].map(
    (member) => `post.${member}`,
  ),
])('a file without %s does not load', (path) => {
  expect(faultOf('tried', 'documentation')).toBeUndefined();
  expect(faultOf(path, undefined)).toMatch(/^slack\.yaml: /);
});

it.each<[string, string, unknown, string]>([
  ['a provider that nobody has', 'provider', 'acme', 'provider'],
  ['a scope that its entry does not describe', 'post.scopes', ['chat:other'], 'chat:other'],
  ['a scope for looking that its entry does not describe', 'post.recover.scopes', ['other'], 'other'],
  ['a name that is there twice', 'post.name', 'channels.list', 'is there twice'],
  ['a name that no model takes', 'post.name', 'messages post', 'name'],
  ['a place that no member fills', 'post.body', { channel: '{channel}', text: '{words}' }, '{words}'],
  [
    'a member that is sent nowhere',
    'post.body',
    { channel: '{channel}', mark: '{effect}' },
    'text: is sent nowhere',
  ],
  ['a path that is none', 'post.request', 'POST https://evil.example/x', 'must be METHOD /path/{member}'],
  ['a parameter inside of a segment', 'post.request', 'POST /x{channel}y', 'must be METHOD /path/{member}'],
  ['a preview of what is not there', 'post.preview', ['Posts {words}.'], '{words}'],
  ['recipients that are no member', 'post.recipients', ['to'], '{to}'],
  ['looking for what left no mark', 'post.body', { channel: '{channel}', text: '{text}' }, 'leaves no mark'],
  [
    'looking by a request that changes something',
    'post.recover.request',
    'POST /chat.delete',
    'must be one that reads',
  ],
  [
    'a member named like a mark',
    'post.input.effect',
    { type: 'string', description: 'None.' },
    'is the name of something else',
  ],
  ['a path through the answer that is none', 'post.answer.keep', ['a..b'], 'must be a.path'],
  ['a failure of no action', 'failures.0.of', 'messages.sing', 'is no action of this file'],
  ['a member that nobody knows', 'post.run', 'x', 'actions'],
])('refuses %s', (_what, path, value, words) => {
  expect(faultOf(path, value)).toContain(words);
});

it.each([
  ['query { viewer { id } }', 'is not that of the document'],
  ['not graphql {', 'must be a GraphQL document'],
  ['mutation { a } query { b }', undefined],
])('judges the effect of a GraphQL document: %s', (query, words) => {
  const changed = { ...slack.actions[POST], request: 'POST /graphql', recover: undefined };
  const body = { query, variables: { channel: '{channel}', text: '{text}' } };
  const fault = faultOf(`actions.${POST}`, { ...changed, body });
  if (words === undefined) expect(fault).toBeUndefined();
  else expect(fault).toContain(words);
});
