import { fileSearch, searchCondition } from './file-search.js';

const takes = (query: string) => fileSearch.safeParse({ folderId: 'open', query }).success;

describe('a search for files', () => {
  it.each([
    "name contains 'a'",
    "(starred = true or name = 'b') and 'me' in owners",
    "name = 'it\\'s (here'",
    "fullText contains '\\\\)'",
  ])('takes the condition %s', (query) => expect(takes(query)).toBe(true));

  it.each([
    "starred = true) or (name contains 'secret'",
    ') or (',
    'starred = true)',
    '(starred = true',
    "name = 'a",
    "name = 'a\\\\' ) or ( name = 'b'",
    "'' ) or ( ''",
  ])('takes no condition that widens the others: %s', (query) => expect(takes(query)).toBe(false));

  it('keeps what is looked for inside its quotes', () => {
    const input = fileSearch.parse({
      nameContains: "x' or name contains '",
      folderId: "\\' in parents or 'root",
    });
    expect(searchCondition(input)).toBe(
      "trashed = false and name contains 'x\\' or name contains \\'' and '\\\\\\' in parents or \\'root' in parents",
    );
  });
});
