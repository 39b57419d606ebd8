import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { allProviders, findProvider } from '../registry.js';
import { allPresets, findPreset } from '../connectors/presets.js';
import { catalogueEntries, useOwnEntries } from './catalogue.js';
import { parseEntry, readEntries, readOwnEntries } from './entry-files.js';

const OURS = new URL('../../catalogue/', import.meta.url).pathname;
const files = readdirSync(OURS).filter((name) => name.endsWith('.yaml'));
const slack = readFileSync(join(OURS, 'slack.yaml'), 'utf8');

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'catalogue-'))));
afterEach(() => {
  rmSync(directory, { recursive: true });
  useOwnEntries([]);
});

type Members = Record<string, unknown>;

/** The entry with one member changed: `undefined` takes it away. */
function changed(path: string, value: unknown, text = slack): string {
  const entry = parse(text) as Members;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const parent = steps.reduce<Members>((at, step) => at[step] as Members, entry);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return stringify(entry);
}

const faultOf = (text: string) => {
  try {
    parseEntry(text, 'x.yaml');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const put = (name: string, text: string) => writeFileSync(join(directory, name), text);
const acme = (more: Members = {}) => stringify({ ...(parse(slack) as Members), id: 'acme', ...more });

describe('an entry', () => {
  const REQUIRED = [
    ...[
      'id',
      'displayName',
      'summary',
      'documentation',
      'tried',
      'setup',
      'connector',
      'scopes',
      'defaultScopes',
    ],
    ...['connector.endpoints', 'connector.endpoints.authorization', 'connector.endpoints.token'],
    ...['connector.endpoints.account', 'connector.endpoints.revocation', 'connector.clientAuthentication'],
    ...['connector.pkce', 'connector.grants', 'connector.refresh'],
    ...['connector.account', 'connector.account.method', 'connector.account.id'],
    ...['connector.check', 'connector.check.call', 'connector.check.scopes', 'connector.check.dead'],
    ...['connector.check.dead.statuses', 'connector.check.dead.errors'],
    ...['connector.revocation', 'connector.revocation.style', 'connector.revocation.kills'],
    ...['connector.revocation.method', 'connector.revocation.authorization', 'connector.revocation.encoding'],
    ...['api.baseUrl', 'documentation.0.url', 'scopes.chat:write.description'],
  ];
  it.each(REQUIRED)('does not load without %s', (path) => {
    expect(faultOf(slack)).toBeUndefined();
    expect(faultOf(changed(path, undefined))).toMatch(
      new RegExp(`^x\\.yaml: ${path.replace(/\.\w*(?:id|style)$/, '').replaceAll('.', String.raw`\.`)}`),
    );
  });

  it('that ends no grant must say how the user does', () => {
    const withoutEndpoint = changed('connector.endpoints.revocation', undefined);
    const ends = (revocation: unknown) =>
      faultOf(changed('connector.revocation', revocation, withoutEndpoint));
    expect(ends({ style: 'none' })).toMatch(/connector\.revocation\.byHand/);
    expect(ends({ style: 'none', byHand: 'somehow' })).toMatch(/connector\.revocation\.byHand/);
    expect(ends({ style: 'none', byHand: 'In the settings of Acme, under Connected apps.' })).toBeUndefined();
    expect(ends({ style: 'rfc7009', kills: 'token_set' })).toMatch(/connector\.endpoints\.revocation/);
  });

  it.each([
    ['a member that nobody knows', 'connector.revoke', true, 'connector'],
    ['a scope that it does not describe', 'defaultScopes', ['other'], 'defaultScopes'],
    ['a base scope of the kind', 'connector.baseScopes', ['other'], 'connector.baseScopes'],
    [
      'a scope that includes one of the kind',
      'scopes.chat:write.implies',
      ['other'],
      'scopes.chat:write.implies',
    ],
    ['a host of its own for the API', 'api.baseUrl', 'https://{x}/api', 'api.baseUrl'],
    ['a slash at the end', 'api.baseUrl', 'https://slack.com/api/', 'api.baseUrl'],
    ['plain http', 'connector.endpoints.token', 'http://slack.com/token', 'connector.endpoints.token'],
    [
      'a parameter of OAuth',
      'connector.authorizationParameters',
      { state: 'x' },
      'connector.authorizationParameters',
    ],
    ['a credential among the headers', 'api.headers', { authorization: 'Basic eA==' }, 'api.headers'],
    [
      'a host among the headers',
      'connector.account.headers',
      { host: 'evil.example' },
      'connector.account.headers',
    ],
    ['a path that is none', 'connector.account.id', 'a..b', 'connector.account.id'],
    [
      'a place that nothing fills',
      'connector.revocation.parameters',
      { x: '{code}' },
      'connector.revocation',
    ],
    ['a word of no meaning', 'api.failures.words', { x: 'bad' }, 'api.failures.words.x'],
    ['no place for the word', 'api.failures.word', 'a..b', 'api.failures.word'],
    ['no words at all', 'api.failures.words', undefined, 'api.failures.words'],
    ['a route that is none', 'api.effects.read', ['GET things'], 'api.effects.read.0'],
    ['another id than sub with ID tokens', 'connector.oidc', true, 'connector.account.id'],
    [
      'a parameter that stands nowhere',
      'parameters',
      { x: { kind: 'segment', label: 'xxx', description: 'xxx', example: 'x' } },
      'parameters.x',
    ],
  ])('does not load with %s', (_, path, value, named) => {
    expect(faultOf(changed(path, value))).toMatch(
      new RegExp(`^x\\.yaml: ${named.replaceAll('.', String.raw`\.`)}\\b`),
    );
  });
});

describe('the text of a file', () => {
  it.each([
    ['no YAML', 'a: [1', /x\.yaml: /],
    ['an alias', 'a: &a [1]\nb: *a', /aliases/],
    [
      'aliases that grow',
      `a: &a [x,x]\n${'bcdefghij'
        .split('')
        .map((name, at) => `${name}: &${name} [*${'abcdefghij'[at]},*${'abcdefghij'[at]}]`)
        .join('\n')}`,
      /aliases/,
    ],
    ['a tag of its own', 'id: !exec "rm"', /tag/i],
    ['a tag that makes a function', 'id: !!js/function "x"', /tag/i],
    ['a name twice', 'id: a\nid: b', /unique/i],
    ['two documents', 'id: a\n---\nid: b', /document/],
    ['nothing', '', /the whole/],
    ['too much', `id: ${'x'.repeat(200_000)}`, /longer than 128 KiB/],
    ['too many values', `a: [${'1,'.repeat(20_000)}]`, /more than 10000 values/],
    ['too deep a nest', '['.repeat(60_000), /x\.yaml: /],
    ['a deep nest', `${'{a: '.repeat(20)}1${'}'.repeat(20)}`, /too deeply/],
    ['a prototype', '__proto__: { id: a }', /x\.yaml: /],
  ])('is refused with %s', (_, text, words) => expect(faultOf(text)).toMatch(words));
});

describe("an operator's own directory", () => {
  it('adds a provider that is found like ours', () => {
    put('acme.yaml', acme({ displayName: 'Acme' }));
    put('notes.txt', 'passed over');
    useOwnEntries(readOwnEntries(directory));
    expect(findPreset('acme')).toMatchObject({ id: 'acme', displayName: 'Acme', refresh: 'rotating' });
    expect(findProvider('acme')).toMatchObject({ connector: 'acme', apiBaseUrl: 'https://slack.com/api' });
    expect(findPreset('slack')?.displayName).toBe('Slack');
  });

  it('adds an API to a connector of ours', () => {
    put('acme.yaml', acme({ connector: 'google' }));
    useOwnEntries(readOwnEntries(directory));
    expect([findPreset('acme'), findProvider('acme')?.connector]).toEqual([undefined, 'google']);
  });

  it.each(['slack', 'github', 'google', 'oidc', 'gmail'])('does not replace %s', (id) => {
    put(`${id}.yaml`, acme({ id }));
    expect(() => readOwnEntries(directory)).toThrow(new RegExp(`${id}\\.yaml: id: ${id} is known already`));
  });

  it.each([
    ['that is not there', () => rmSync(directory, { recursive: true }), /cannot be read: ENOENT/],
    [
      'with a file that cannot be read',
      () => mkdirSync(join(directory, 'x.yaml')),
      /x\.yaml: cannot be read: EISDIR/,
    ],
    [
      'with another id than the name',
      () => put('other.yaml', acme()),
      /other\.yaml: id: must be that of the file, other/,
    ],
    [
      'with a connector that nobody has',
      () => put('acme.yaml', acme({ connector: 'nobody' })),
      /acme\.yaml: connector: nobody/,
    ],
    [
      'with a broken file',
      () => put('acme.yaml', changed('connector.check', undefined, acme())),
      /acme\.yaml: connector/,
    ],
    [
      'with too many files',
      () => {
        for (let n = 0; n < 501; n++) put(`a${n}.yaml`, '');
      },
      /holds 501 files; 500 are the most/,
    ],
  ])('is refused %s', (_, make, words) => {
    make();
    expect(() => readOwnEntries(directory)).toThrow(words);
    mkdirSync(directory, { recursive: true });
  });
});

describe('our catalogue', () => {
  it('is what its files say (if not: node scripts/catalogue.ts)', () => {
    expect(catalogueEntries()).toEqual(JSON.parse(JSON.stringify(readEntries(OURS))));
    expect(files).toHaveLength(catalogueEntries().length);
  });

  it('gives each id to one preset and to one provider', () => {
    for (const all of [allPresets(), allProviders()]) {
      const ids = all.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});
