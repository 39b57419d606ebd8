import { accountIn, isAccountPath } from './account-paths.js';
import { connectorPresets } from './presets.js';

describe('a path to the account', () => {
  it.each([
    'id',
    'data.id',
    'emails[0].value',
    'emails.0.value',
    'a.b.c.d.e.f.g.h.i.j',
    '/data/id',
    '/https:~1~1x.example~1id',
    '/user id',
    'urn:x:id',
  ])('may be %s', (path) => expect(isAccountPath(path)).toBe(true));

  it.each([
    '',
    '.',
    'data.',
    '.id',
    'data..id',
    '$.data.id',
    'data[id]',
    'data[*].id',
    'a b',
    '/',
    '/a//b',
    'a.b.c.d.e.f.g.h.i.j.k',
  ])('is none: "%s"', (path) => expect(isAccountPath(path)).toBe(false));
});

describe('an account by paths', () => {
  const { map } = connectorPresets.oauth2.account;

  it.each([
    ['a prototype', '{}', '__proto__.constructor.name', undefined],
    ['a member of objects', '{}', 'constructor.name', undefined],
    ['the length of a list', '{"a":[1]}', 'a.length', undefined],
    ['a letter of a text', '{"a":"xyz"}', 'a.0', undefined],
    ['a member of a list', '{"a":["x"]}', 'a.0', 'x'],
  ])('is not taken from %s', (_, json, id, expected) => {
    const found = accountIn(JSON.parse(json), { id }, map);
    expect('account' in found ? found.account.id : undefined).toBe(expected);
  });

  it.each(Object.values(connectorPresets))(
    'is fit to be stored, whatever $displayName says',
    ({ account }) => {
      const odd = {
        sub: '1',
        id: 1,
        account_id: '1',
        login: 'a\u0000b',
        name: 'a\u0000b',
        email: 'a@b\ud800',
      };
      const found = accountIn(odd, {}, account.map);
      if (!('account' in found)) return;
      for (const text of [found.account.name ?? '', found.account.email ?? ''])
        expect([text.isWellFormed(), text.includes('\u0000')]).toEqual([true, false]);
    },
  );

  it('is refused by the names of what came, never by their values', () => {
    const found = accountIn({ 'na\nme': 'Secret', other: { id: 'Secret' } }, { id: 'data.id' }, map);
    expect(found).toEqual({
      fault: 'userinfo (members name, other) has nothing at "data.id", and no account id',
    });
  });
});
