import { idFilter, textFilter, type PageRequest } from './resource-list.js';

export interface ListedPage<Row> {
  readonly rows: Row[];
  readonly total: number;
}

/** Order and bounds of the query for one page. */
export interface PageSlice {
  readonly orderBy: Record<string, 'asc' | 'desc'>[];
  readonly skip: number;
  readonly take: number;
}

/** The table that a page is of. */
export interface PagedTable<Row, Listed> {
  readonly findMany: (slice: PageSlice) => PromiseLike<Row[]>;
  readonly count: () => PromiseLike<number>;
  /** Columns by which a caller may have the rows sorted. */
  readonly sortable?: readonly string[];
  /** How the rows stand otherwise. */
  readonly order?: readonly Record<string, 'asc' | 'desc'>[];
  /** How a row is listed. */
  readonly as: (row: Row) => Listed;
}

/** One page of a table, as a list query asks for it, and how many rows there are in all. */
export async function pageOf<Row, Listed>(
  { sort, skip, take }: PageRequest,
  { findMany, count, sortable = [], order = [{ createdAt: 'desc' }], as }: PagedTable<Row, Listed>,
): Promise<ListedPage<Listed>> {
  const orderBy = sort && sortable.includes(sort.field) ? [{ [sort.field]: sort.direction }] : [...order];
  const [rows, total] = await Promise.all([findMany({ orderBy, skip, take }), count()]);
  return { rows: rows.map((row) => as(row)), total };
}

interface Contains {
  readonly contains: string;
  readonly mode: 'insensitive';
}

/** A condition on columns, as Prisma takes it. */
type PageFilter<Equal extends string, Searched extends string> = {
  readonly id?: { in: string[] };
  readonly OR?: { [Column in Searched]?: Contains }[];
} & { readonly [Column in Equal]?: string };

/** The condition of a list query: rows of these ids, equal in `equal`, with the text `q` in one of `searched`. */
export function pageFilter<Equal extends string = never, Searched extends string = never>(
  page: PageRequest,
  { equal = [], searched = [] }: { equal?: readonly Equal[]; searched?: readonly Searched[] },
): PageFilter<Equal, Searched> {
  const ids = idFilter(page);
  const text = textFilter(page, 'q');
  const equals = equal.flatMap((name) => {
    const value = textFilter(page, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const contains = (name: string) => ({ [name]: { contains: text, mode: 'insensitive' } });
  return {
    ...Object.fromEntries(equals),
    ...(ids ? { id: { in: ids } } : {}),
    ...(text && searched.length > 0 ? { OR: searched.map(contains) } : {}),
  } as PageFilter<Equal, Searched>;
}
