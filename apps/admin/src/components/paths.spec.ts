import { editPath, idInPath, recordPath } from './paths';

/** As the browser hands an address to the router: through its own parser. */
const pathnameOf = (path: string) => new URL(path, 'http://localhost').pathname;

describe('the address of a record', () => {
  it.each([
    'a%2Fb',
    'a/b',
    '100%',
    '日本',
    'a#b?c',
    '%25',
    '%',
    'a+b c',
    "o'neil&<i>",
    'a\\b',
    'ada@acme.example',
  ])('leads to the record whose id is %j and to no other', (id) => {
    expect(idInPath(pathnameOf(recordPath('users', id)))).toBe(id);
    expect(idInPath(pathnameOf(editPath('users', id)))).toBe(id);
  });

  it('takes an id that was typed by hand as it stands', () => {
    expect(idInPath('/users/100%/show')).toBe('100%');
  });
});
