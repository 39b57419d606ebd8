import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectorsFileFor } from '@valetkey/twin';
import { SettingsError } from '../config/index.js';
import { parseConnectorsFile, readConnectorsFile } from './connectors-file.js';

const SECRET = 'GOCSPX-hidden-secret-4711';
const google = { target: 'google', preset: 'google', clientId: 'client-1', clientSecret: SECRET };
const custom = {
  target: 'acme',
  preset: 'oauth2',
  clientId: 'client-2',
  clientSecret: SECRET,
  endpoints: {
    authorization: 'https://acme.example/authorize',
    token: 'https://acme.example/token',
    userinfo: 'https://acme.example/me',
  },
};
const parse = (json: unknown, env: Record<string, string> = {}) => parseConnectorsFile(json, 'FILE', env);

describe('a connectors file', () => {
  it('needs no more than target, preset, id and secret', () => {
    expect(parse({ connectors: [google] }).connectors[0]).toEqual({
      ...google,
      endpoints: {},
      storeTokens: true,
      prompts: [],
      offlineAccess: true,
    });
  });

  it('may be the one that the provider twin writes', () => {
    const file = parse(connectorsFileFor('http://127.0.0.1:4000'));
    expect(file.connectors.map(({ target }) => target)).toEqual([
      'google',
      'github',
      'github-app',
      'dropbox',
    ]);
    expect(file.providers.github?.apiBaseUrl).toBe('http://127.0.0.1:4000/github/api');
  });

  it('has its variables filled in, several in one value too, and leaves other dollars alone', () => {
    const clientSecret = '${A}-${B_2}$C${}';
    const [connector] = parse(
      { connectors: [{ ...google, clientSecret }] },
      { A: 'x', B_2: 'y${A}' },
    ).connectors;
    expect(connector?.clientSecret).toBe('x-y${A}$C${}');
  });

  it.each([
    ['https://id.example/x', true],
    ['http://localhost:9/x', true],
    ['http://127.0.0.2/x', true],
    ['http://[::1]:9/x', true],
    ['http://id.example/x', false],
    ['http://localhost.evil.example/x', false],
    ['http://127.0.0.1.evil.example/x', false],
    ['http://10.0.0.1/x', false],
    ['ftp://localhost/x', false],
    ['localhost', false],
  ])('takes %s for an endpoint: %s', (token, isTaken) => {
    const file = { connectors: [{ ...custom, endpoints: { ...custom.endpoints, token } }] };
    if (isTaken) expect(parse(file).connectors).toHaveLength(1);
    else expect(() => parse(file)).toThrow(/FILE: connectors\.0\.endpoints\.token: must be an https URL/);
  });

  it.each([
    ['no object', [], /FILE: the whole: /],
    ['no connectors', {}, /FILE: connectors: /],
    ['an unknown member', { connectors: [], extra: 1 }, /FILE: the whole: .*extra/],
    ['an unknown preset', { connectors: [{ ...google, preset: 'gogle' }] }, /connectors\.0\.preset: /],
    [
      'a bad target',
      { connectors: [{ ...google, target: 'My Google' }] },
      /connectors\.0\.target: must be lower-case/,
    ],
    ['no client id', { connectors: [{ ...google, clientId: undefined }] }, /"google".*: clientId: /],
    ['an empty secret', { connectors: [{ ...google, clientSecret: '' }] }, /connectors\.0\.clientSecret: /],
    [
      'a secret that is no text',
      { connectors: [{ ...google, clientSecret: 4711 }] },
      /connectors\.0\.clientSecret: /,
    ],
    [
      'a misspelt member',
      { connectors: [{ ...google, clientSecrt: SECRET }] },
      /connectors\.0: .*clientSecrt/,
    ],
    [
      'an unknown endpoint',
      { connectors: [{ ...google, endpoints: { tokens: 'https://x.example' } }] },
      /endpoints: .*tokens/,
    ],
    [
      'a path that is none',
      { connectors: [{ ...google, accountPaths: { id: '$.data.id' } }] },
      /connectors\.0\.accountPaths\.id: must be names with dots/,
    ],
    [
      'another separator',
      { connectors: [{ ...google, scopeSeparator: '+' }] },
      /connectors\.0\.scopeSeparator: /,
    ],
    ['an unknown prompt', { connectors: [{ ...google, prompts: ['ask'] }] }, /connectors\.0\.prompts\.0: /],
    [
      'a target twice',
      { connectors: [google, { ...custom, target: 'google' }] },
      /target "google" is there twice/,
    ],
    [
      'a server without endpoints',
      { connectors: [{ ...custom, endpoints: {} }] },
      /"acme" \(oauth2\) needs the endpoints authorization, token, userinfo/,
    ],
    [
      'OIDC without issuer',
      { connectors: [{ ...custom, preset: 'oidc' }] },
      /"acme" \(oidc\) needs the endpoints issuer/,
    ],
    ['an unknown provider', { connectors: [], providers: { gmial: {} } }, /FILE: providers.*: /],
    [
      'an unknown base URL',
      { connectors: [], providers: { gmail: { baseUrl: 'https://x.example' } } },
      /providers\.gmail: .*baseUrl/,
    ],
    [
      'a base URL that a provider has not',
      { connectors: [], providers: { dropbox: { uploadBaseUrl: 'https://x.example' } } },
      /dropbox\.uploadBaseUrl does not exist/,
    ],
    [
      'plain http beyond loopback',
      { connectors: [], providers: { gmail: { apiBaseUrl: 'http://x.example' } } },
      /gmail\.apiBaseUrl must be https/,
    ],
    [
      'a password in a base URL',
      { connectors: [], providers: { gmail: { apiBaseUrl: `https://me:${SECRET}@x.example` } } },
      /gmail\.apiBaseUrl must not contain/,
    ],
    [
      'a variable that is not set',
      { connectors: [{ ...google, clientId: '${NOT_SET}' }] },
      /FILE: the environment variable NOT_SET is not set/,
    ],
  ])('is refused for %s in one line that repeats no secret', (_, json, message) => {
    expect(() => parse(json)).toThrow(SettingsError);
    expect(() => parse(json)).toThrow(message);
    expect(() => parse(json)).not.toThrow(/\n|4711/);
  });

  it('repeats no secret that came from the environment either', () => {
    const file = {
      connectors: [{ ...google, target: '${S}', endpoints: { token: '${S}' }, prompts: ['${S}'] }],
    };
    expect(() => parse(file, { S: SECRET })).toThrow(SettingsError);
    expect(() => parse(file, { S: SECRET })).not.toThrow(/4711/);
  });
});

describe('reading a connectors file', () => {
  let directory: string;
  beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'valetkey-spec-'))));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('says which file cannot be read and why', () => {
    expect(() => readConnectorsFile(join(directory, 'none.json'), {})).toThrow(
      /none\.json cannot be read: ENOENT/,
    );
  });

  it('says that a file is not JSON without showing it', () => {
    const path = join(directory, 'bad.json');
    writeFileSync(path, `{"clientSecret": "${SECRET}",}`);
    expect(() => readConnectorsFile(path, {})).toThrow(/bad\.json is not JSON$/);
  });

  it('reads a good one', () => {
    const path = join(directory, 'good.json');
    writeFileSync(path, JSON.stringify({ connectors: [google] }));
    expect(readConnectorsFile(path, {}).connectors).toHaveLength(1);
  });
});
