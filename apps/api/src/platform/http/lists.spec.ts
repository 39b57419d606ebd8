import { describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { cursorPage, cursorQuery, readCursor } from './cursor.js';
import { idFilter, pageQuery, sendPage, textFilter } from './resource-list.js';

const query = (members: object) => pageQuery.safeParse(members);
const page = (members: Record<string, string> = {}) => pageQuery.parse(members);

describe('paging by cursor', () => {
  const rows = ['c', 'b', 'a'].map((id) => ({ id }));

  it('gives a cursor while more follows, and it leads to the last row of the page', () => {
    const { data, nextCursor } = cursorPage(rows, 2, ({ id }) => `con_${id}`);
    expect(data).toEqual([{ id: 'c' }, { id: 'b' }]);
    expect(readCursor(nextCursor)).toBe('con_b');
  });

  it('gives none on the last page and on an empty one', () => {
    expect(cursorPage(rows, 3, ({ id }) => id)).toEqual({ data: rows });
    expect(cursorPage([], 3, () => 'x')).toEqual({ data: [] });
    expect(readCursor(undefined)).toBeUndefined();
  });

  it.each([
    '',
    '!!',
    Buffer.from('a b').toString('base64url'),
    Buffer.from("x'; --").toString('base64url'),
    Buffer.from('a\n').toString('base64url'),
  ])('refuses "%s", which it never gave out', (cursor) => expect(() => readCursor(cursor)).toThrow(/cursor/));

  it.each(['0', '201', '1.5', 'many', '-1'])('refuses a limit of %s', (limit) =>
    expect(cursorQuery.safeParse({ limit }).success).toBe(false),
  );

  it('pages by 50 when nothing is said', () => {
    expect(cursorQuery.parse({})).toEqual({ limit: 50 });
    expect(cursorQuery.parse({ limit: '200' }).limit).toBe(200);
  });
});

describe("react-admin's list convention", () => {
  it('asks for the first 25 rows when nothing is said', () => {
    expect(page()).toEqual({ filter: {}, skip: 0, take: 25, sort: undefined });
  });

  it('reads filter, range and sort', () => {
    const members = {
      filter: '{"q":"ada","id":["a","b"],"n":null}',
      range: '[50,74]',
      sort: '["createdAt","DESC"]',
    };
    expect(page(members)).toEqual({
      filter: { q: 'ada', id: ['a', 'b'], n: null },
      skip: 50,
      take: 25,
      sort: { field: 'createdAt', direction: 'desc' },
    });
  });

  it('gives at most 500 rows, and none for a range that runs backwards', () => {
    expect(page({ range: '[0,100000]' }).take).toBe(500);
    expect(page({ range: '[10,5]' }).take).toBe(0);
  });

  it.each([
    { filter: 'ada' },
    { filter: '[]' },
    { filter: '"x"' },
    { filter: '{"a":{"b":1}}' },
    { range: '5' },
    { range: '[0]' },
    { range: '[-1,5]' },
    { range: '[0.5,5]' },
    { range: '[0,9007199254740993]' },
    { range: '[3000000000,3000000001]' },
    { sort: '["id"]' },
    { sort: '["id","down"]' },
  ])('refuses %j', (members) => {
    expect(query({ ...members }).success).toBe(false);
  });

  it('reads a filter as text or ids only when it is that', () => {
    const some = page({ filter: '{"a":"x","b":"","c":5,"d":true,"id":["1"]}' });
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => textFilter(some, name))).toEqual([
      'x',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(idFilter(some)).toEqual(['1']);
    expect(idFilter(page({ filter: '{"id":"7"}' }))).toEqual(['7']);
    expect(idFilter(page())).toBeUndefined();
  });

  it('tells the range and the total in Content-Range', () => {
    const headers: string[] = [];
    const reply = { header: (name: string, value: string) => void headers.push(`${name}: ${value}`) };
    sendPage(reply as unknown as FastifyReply, 'users', page({ range: '[10,19]' }), {
      rows: [1, 2, 3],
      total: 13,
    });
    sendPage(reply as unknown as FastifyReply, 'users', page(), { rows: [], total: 0 });
    expect(headers).toEqual(['content-range: users 10-12/13', 'content-range: users 0-0/0']);
  });
});
