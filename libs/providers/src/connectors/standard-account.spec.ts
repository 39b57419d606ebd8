import { grantedScopesOfAny } from './scopes.js';
import { standardAccount } from './standard-account.js';

describe('the account in an answer of a server that nobody knows', () => {
  it.each([
    [
      'the standard',
      { sub: '1', name: 'Ada', email: 'a@b.example' },
      { id: '1', name: 'Ada', email: 'a@b.example' },
    ],
    ['an id that is a number', { id: 7 }, { id: '7' }],
    ['data', { data: { id: '1', username: 'ada' } }, { id: '1', name: 'ada' }],
    ['user', { ok: true, user: { id: 'U1', name: 'Ada' } }, { id: 'U1', name: 'Ada' }],
    ['data in data', { data: { data: { id: 1 } } }, { id: '1' }],
    ['a list of one', { data: [{ id: '1', display_name: 'Ada' }] }, { id: '1', name: 'Ada' }],
    ['a name in parts', { id: '1', name: { first_name: 'Ada', last_name: 'L' } }, { id: '1', name: 'Ada L' }],
    ['a name that is a number', { id: '1', name: 5 }, { id: '1' }],
    [
      'addresses',
      { id: '1', email: [{ email: 'b@b.example' }, { email: 'a@b.example', primary: true }] },
      { id: '1', email: 'a@b.example' },
    ],
    ['an address that is none', { id: '1', email: true }, { id: '1' }],
    ['a wrapper that is text', { id: '1', user: 'ada' }, { id: '1' }],
    ['an outer subject first', { sub: '1', user: { id: '2' } }, { id: '1' }],
  ])('is read of %s', (_, answer, account) => expect(standardAccount(answer)).toEqual(account));

  it.each([
    [null],
    ['text'],
    [[]],
    [[{ id: '1' }, { id: '2' }]],
    [{ id: '' }],
    [{ id: 1e300 }],
    [{ id: { value: '1' } }],
    [{ data: { data: { data: { data: { id: '1' } } } } }],
    [JSON.parse('{"__proto__":{"id":"1"}}')],
  ])('is not made up of %j', (answer) => expect(standardAccount(answer)).toBeUndefined());
});

describe('the scopes in an answer of a server that nobody knows', () => {
  it.each([
    ['read write', [], ['read', 'write']],
    ['read,write', [], ['read', 'write']],
    ['read, write', [], ['read', 'write']],
    [',read,,write,', [], ['read', 'write']],
    ['a,b c', ['a,b', 'c'], ['a,b', 'c']],
    ['', ['read'], []],
    [undefined, ['read'], ['read']],
  ])('%j are told apart', (scope, requested, granted) =>
    expect(grantedScopesOfAny(scope, requested)).toEqual(granted),
  );
});
