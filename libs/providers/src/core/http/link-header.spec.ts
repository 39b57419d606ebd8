import fc from 'fast-check';
import { nextQuery, parseLinkHeader, type Link } from './link-header.js';

const github =
  '<https://api.github.com/repositories/1300192/issues?page=2>; rel="prev", ' +
  '<https://api.github.com/repositories/1300192/issues?q=a,b%3Bc&page=4>; rel="next", ' +
  '<https://api.github.com/repositories/1300192/issues?page=515>; rel="last"';

const target = fc
  .webUrl({ withQueryParameters: true, withFragments: true })
  .filter((url) => !/[<>\s]/.test(url));
const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,10}$/);
const parameter = fc
  .tuple(
    word.filter((name) => name !== 'rel'),
    fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/["\\]/g, '')),
  )
  .map(([name, value]) => `; ${name}="${value}"`);
const written = fc.record({
  target,
  relations: fc.array(word, { minLength: 1, maxLength: 3 }),
  before: fc.array(parameter, { maxLength: 2 }),
  after: fc.array(parameter, { maxLength: 2 }),
});

describe('a Link header', () => {
  it('is read as GitHub writes it, commas and semicolons in addresses included', () => {
    expect(parseLinkHeader(github).map(({ relations }) => relations)).toEqual([['prev'], ['next'], ['last']]);
    expect(nextQuery(github)).toEqual({ q: 'a,b;c', page: '4' });
  });

  it('has no next page when it is absent, empty or names none', () => {
    for (const header of [undefined, '', github.replace('next', 'first')])
      expect(nextQuery(header)).toBeUndefined();
  });

  it('gives back every link that was written, whatever its other parameters say', () => {
    fc.assert(
      fc.property(fc.array(written, { maxLength: 5 }), (links) => {
        const header = links
          .map(
            (one) =>
              `<${one.target}>${one.before.join('')}; rel="${one.relations.join(' ')}"${one.after.join('')}`,
          )
          .join(', ');
        const expected: Link[] = links.map(({ target: to, relations }) => ({ target: to, relations }));
        expect(parseLinkHeader(header)).toEqual(expected);
      }),
    );
  });

  it('gives back the parameters of the next page', () => {
    fc.assert(
      fc.property(fc.dictionary(word, fc.string(), { minKeys: 1 }), (query) => {
        const header = `<https://x.example/y?${new URLSearchParams(query)}#z>; rel=next`;
        expect(nextQuery(header)).toEqual({ ...query });
      }),
    );
  });

  it('never throws and takes no time, whatever it is given', () => {
    const piece = fc.constantFrom('<', '>', ';', ' ', '"', '\\', '=', 'rel', 'rel="next"', ',', 'a', '<a>');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 3000 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (header) => {
        const startedAt = performance.now();
        for (const { target: to } of parseLinkHeader(header)) expect(header).toContain(`<${to}>`);
        nextQuery(header);
        expect(performance.now() - startedAt).toBeLessThan(500);
      }),
    );
  });
});
