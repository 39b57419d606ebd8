import { filled, placesIn } from './filled.js';
import { keptOf, pageAfter } from './kept.js';

describe('a template', () => {
  it('takes values where they stand alone, of any kind, and leaves out what is absent', () => {
    const template = { a: '{a}', b: ['{b}', '{none}'], c: { d: '{none}' }, e: {}, f: 'as {a} is' };
    expect(filled(template, { a: [1], b: { x: 1 } })).toEqual({
      a: [1],
      b: [{ x: 1 }],
      e: {},
      f: 'as {a} is',
    });
  });

  it('takes no value for a template', () => {
    expect(filled({ a: '{a}' }, { a: '{b}', b: 'secret' })).toEqual({ a: '{b}' });
    expect(filled({ a: '{a}' }, { a: { each: 'b', as: '{item}' }, b: ['secret'] })).toEqual({
      a: { each: 'b', as: '{item}' },
    });
    expect(filled('{__proto__}', {})).toBeUndefined();
    expect(filled('{constructor}', {})).toBeUndefined();
  });

  it('makes one thing of each value of a list', () => {
    const template = { to: { each: 'to', as: { address: '{item}', name: '{name}' } } };
    expect(filled(template, { to: ['a', 'b'], name: 'n' })).toEqual({
      to: [
        { address: 'a', name: 'n' },
        { address: 'b', name: 'n' },
      ],
    });
    expect(filled(template, {})).toBeUndefined();
    expect(placesIn(template)).toEqual(['to', 'name']);
  });

  it('leaves out what is only there with a value', () => {
    const template = { filter: { given: 'kind', as: { property: 'object', value: '{kind}' } } };
    expect(filled(template, { kind: 'page' })).toEqual({ filter: { property: 'object', value: 'page' } });
    expect(filled(template, {})).toBeUndefined();
    expect(placesIn(template)).toEqual(['kind', 'kind']);
  });

  it('quotes a phrase so that no value ends it', () => {
    expect(filled({ q: { quoted: 'q' } }, { q: String.raw`a" OR "b\ ` })).toEqual({
      q: String.raw`"a\" OR \"b\\ "`,
    });
  });

  it('has only our own marks inside of a text', () => {
    expect(filled("id eq '{effect}' and '{name}'", { effect: 'e', name: 'n' })).toBe(
      "id eq 'e' and '{name}'",
    );
  });
});

describe('an answer', () => {
  const answer = { list: [{ id: 1, more: 2, inner: { a: 1, b: 2 } }, { id: 2 }, 'odd'], at: 'x' };

  it('is cut to the members that are kept, through lists', () => {
    expect(keptOf(answer, { at: 'list', keep: ['id', 'inner.a', '__proto__.x'] })).toEqual([
      { id: 1, inner: { a: 1 } },
      { id: 2 },
      'odd',
    ]);
    expect(keptOf(answer, { keep: [] })).toBe(answer);
    expect(keptOf(answer, { at: 'none', keep: ['id'] })).toBeUndefined();
  });

  it('is cut below members of any name, but for those in which nothing is kept', () => {
    const row = { id: 1, properties: { Name: { title: [{ text: 'a', x: 1 }] }, Done: { checkbox: true } } };
    expect(keptOf(row, { keep: ['id', 'properties.*.title.text'] })).toEqual({
      id: 1,
      properties: { Name: { title: [{ text: 'a' }] } },
    });
    expect(keptOf({ a: { t: 1 }, b: { t: 2 }, c: 3 }, { keep: ['a', '*.t'] })).toEqual({
      a: { t: 1 },
      b: { t: 2 },
    });
  });

  it('names the next page by a cursor, or by a parameter of an address', () => {
    const page = { member: 'skip', from: '/@odata.nextLink', parameter: '$skip' };
    expect(pageAfter({ '@odata.nextLink': 'https://x.example/a?$skip=10&$top=2' }, page)).toEqual({
      skip: '10',
    });
    expect(pageAfter({ '@odata.nextLink': 'no address' }, page)).toBeUndefined();
    expect(pageAfter({ c: 'x', more: false }, { member: 'm', from: 'c', while: 'more' })).toBeUndefined();
    expect(pageAfter({ c: '' }, { member: 'm', from: 'c' })).toBeUndefined();
  });
});
