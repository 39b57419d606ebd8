import { describe, expect, it } from '@jest/globals';
import { pageFilter, pageOf, type PageSlice } from './page-of.js';
import type { PageRequest } from './resource-list.js';

const asked = (page: Partial<PageRequest> = {}): PageRequest => ({
  filter: {},
  skip: 0,
  take: 25,
  sort: undefined,
  ...page,
});

describe('a page of a table', () => {
  async function sliceFor(
    page: PageRequest,
    table: Partial<Parameters<typeof pageOf<string, string>>[1]> = {},
  ) {
    const slices: PageSlice[] = [];
    const findMany = async (slice: PageSlice) => {
      slices.push(slice);
      return ['row'];
    };
    const found = await pageOf(page, {
      findMany,
      count: async () => 7,
      as: (row) => `listed ${row}`,
      ...table,
    });
    expect(found).toEqual({ rows: ['listed row'], total: 7 });
    return slices[0];
  }

  it('is the newest rows first, unless its table says otherwise', async () => {
    expect(await sliceFor(asked({ skip: 50 }))).toEqual({
      orderBy: [{ createdAt: 'desc' }],
      skip: 50,
      take: 25,
    });
    expect((await sliceFor(asked(), { order: [{ name: 'asc' }] }))?.orderBy).toEqual([{ name: 'asc' }]);
  });

  it('is sorted by the columns that may be, and by no others', async () => {
    const by = (field: string) => asked({ sort: { field, direction: 'asc' } });
    const sortable = ['name'];
    expect((await sliceFor(by('name'), { sortable }))?.orderBy).toEqual([{ name: 'asc' }]);
    expect((await sliceFor(by('sealed'), { sortable }))?.orderBy).toEqual([{ createdAt: 'desc' }]);
  });
});

describe('the filter of a page', () => {
  const columns = { equal: ['status', 'userId'], searched: ['name', 'email'] } as const;

  it('is empty where nothing is asked for', () => {
    expect(pageFilter(asked(), columns)).toEqual({});
    expect(pageFilter(asked({ filter: { status: '', q: '' } }), columns)).toEqual({});
  });

  it('takes ids, equal columns and a text that is searched for, and no other member', () => {
    const filter = { id: ['a', 'b'], status: 'active', q: 'Ada', sealed: 'x' };
    expect(pageFilter(asked({ filter }), columns)).toEqual({
      id: { in: ['a', 'b'] },
      status: 'active',
      OR: [
        { name: { contains: 'Ada', mode: 'insensitive' } },
        { email: { contains: 'Ada', mode: 'insensitive' } },
      ],
    });
  });

  it('searches nothing where no column is searched', () => {
    expect(pageFilter(asked({ filter: { q: 'Ada' } }), { equal: ['status'] })).toEqual({});
  });
});
