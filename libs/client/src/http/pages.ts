import type { Query } from './address.js';
import type { CallOptions, Requests } from './requests.js';

/** One page of a list. */
export interface Page<T> {
  readonly data: readonly T[];
  /** Where the next page begins; absent on the last. */
  readonly nextCursor?: string;
}

/** A list that is read page by page: `for await (const one of list)`. */
export class Pages<T> implements AsyncIterable<T> {
  constructor(
    private readonly requests: Requests,
    private readonly path: readonly string[],
    private readonly query: Query,
    private readonly options: CallOptions | undefined,
  ) {}

  /** One page, the first without a cursor. */
  page(cursor?: string): Promise<Page<T>> {
    const query = { ...this.query, cursor };
    return this.requests.json<Page<T>>({ method: 'GET', path: this.path, query }, this.options);
  }

  /** The first so many of the list. */
  async take(most: number): Promise<T[]> {
    const taken: T[] = [];
    if (most < 1) return taken;
    for await (const one of this) if (taken.push(one) >= most) break;
    return taken;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    let cursor: string | undefined;
    do {
      const { data, nextCursor } = await this.page(cursor);
      yield* data;
      cursor = nextCursor;
    } while (cursor !== undefined);
  }
}
