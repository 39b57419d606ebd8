import { filledTemplate, parameterFault, templateFault, type EntryParameters } from './template.js';

const words = { label: 'x', description: 'x' };
const parameters: EntryParameters = {
  shop: { kind: 'subdomain', example: 'acme', ...words },
  place: { kind: 'subdomains', example: 'acme.eu', ...words },
  tenant: { kind: 'segment', example: 'contoso', default: 'common', ...words },
};

describe('an address of an entry', () => {
  it.each([
    'https://acme.example/oauth/token',
    'https://{shop}.acme.example/token',
    'https://{place}.acme.example/{tenant}/v2.0/token',
    'https://login.{shop}.acme.example',
    'https://acme.example/oauth?version=2',
  ])('may be %s', (url) => expect(templateFault(url, parameters)).toBeUndefined());

  it.each([
    ['plain http', 'http://acme.example/token'],
    ['a user in it', 'https://me@acme.example/token'],
    ['a user that is a value', 'https://{shop}@acme.example/token'],
    ['a port', 'https://acme.example:8443/token'],
    ['a fragment', 'https://acme.example/token#x'],
    ['a value for a whole host', 'https://{place}/token'],
    ['a value before one label', 'https://{shop}.example/token'],
    ['a value as the last label', 'https://acme.{shop}/token'],
    ['a value in the middle of what is registered', 'https://acme.{shop}.example/token'],
    ['a value that is part of a label', 'https://x{shop}.acme.example/token'],
    ['a value that is part of a segment', 'https://acme.example/x{tenant}/token'],
    ['a value in the query', 'https://acme.example/token?x={tenant}'],
    ['a value that nobody gives', 'https://{other}.acme.example/token'],
    ['a segment as a host', 'https://{tenant}.acme.example/token'],
    ['a member of objects', 'https://acme.example/{constructor}/token'],
    ['a way up', 'https://acme.example/a/../token'],
    ['a backslash', 'https://acme.example\\@evil.example/'],
    ['a blank', 'https://acme.example/ token'],
  ])('may not have %s', (_, url) => expect(templateFault(url, parameters)).toEqual(expect.any(String)));
});

describe('a value in an address', () => {
  const at = (values: Readonly<Record<string, string>>) =>
    filledTemplate('https://{shop}.acme.example/{tenant}/token', parameters, values);

  it('takes its place, or the default does', () => {
    expect(at({ shop: 'alice', tenant: 'wonder-land.example' })).toBe(
      'https://alice.acme.example/wonder-land.example/token',
    );
    expect(at({ shop: 'alice' })).toBe('https://alice.acme.example/common/token');
  });

  it.each([
    'evil.example/',
    'evil.example#',
    'evil.example?',
    'evil.example\\',
    'user:pass@evil.example',
    'evil.example:8443',
    '..',
    'a.b',
    '%2e%2e',
    'A',
    '-a',
    'a-',
    '',
    ' a',
    'a\n',
    'ä',
    'a'.repeat(64),
  ])('leads nowhere if it is %j', (value) => {
    expect(at({ shop: value })).toBeUndefined();
  });

  it.each(['..', '.', 'a/b', 'a%2fb', '.a', 'a?', 'a#', 'a..', '', 'a b', 'a\n'])(
    'is no segment if it is %j',
    (value) => expect(at({ shop: 'a', tenant: value })).toBeUndefined(),
  );

  it('is refused in words that show one that is right', () => {
    expect(parameterFault({ kind: 'subdomain', example: 'acme', ...words }, 'a/b')).toMatch(/as in acme$/);
  });
});
