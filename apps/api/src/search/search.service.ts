import { Injectable } from '@nestjs/common';
import { Catalogue } from '../gateway/index.js';
import { FoundRecordsRepository, MOST_OF_A_KIND } from './found-records.repository.js';
import { readSearchText } from './search-text.js';

/** Something that was found: a record, or an action of the catalogue. */
export interface Found {
  readonly kind: string;
  readonly id: string;
  readonly name?: string | undefined;
  readonly detail?: string | undefined;
}

/** Finds what operators look for by typing. */
@Injectable()
export class SearchService {
  constructor(
    private readonly records: FoundRecordsRepository,
    private readonly catalogue: Catalogue,
  ) {}

  /** The best few of each kind. */
  async search(typed: string): Promise<Found[]> {
    const search = readSearchText(typed);
    const records = await this.records.search(search);
    const actions = this.catalogue.actionsNamed(search.text, MOST_OF_A_KIND);
    return [
      ...records.map(({ kind, id, name, detail }) => ({
        kind,
        id,
        name: name ?? undefined,
        detail: detail ?? undefined,
      })),
      ...actions.map(({ id, title, effect }) => ({ kind: 'action', id, name: title, detail: effect })),
    ];
  }
}
