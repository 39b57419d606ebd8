import type { SearchHit } from '../api-types';
import { filteredPath, recordPath } from '../components/paths';

/** Something that the search box offers. */
export interface Choice {
  /** The heading under which it stands. */
  readonly group: string;
  readonly name: string;
  readonly detail?: string | undefined;
  readonly path: string;
}

const GROUPS: Readonly<Record<SearchHit['kind'], string>> = {
  user: 'Users',
  connection: 'Connections',
  agent: 'Agents',
  task: 'Tasks',
  audit_event: 'Audit history',
  connector: 'Connectors',
  policy: 'Policies',
  action: 'Actions',
};

const RESOURCES: Readonly<Record<Exclude<SearchHit['kind'], 'action'>, string>> = {
  user: 'users',
  connection: 'connections',
  agent: 'agents',
  task: 'tasks',
  audit_event: 'audit-events',
  connector: 'connectors',
  policy: 'policies',
};

/** An action has no page of its own: what was done with it is its page. */
const pathOf = ({ kind, id }: SearchHit): string =>
  kind === 'action' ? filteredPath('audit-events', { action: id }) : recordPath(RESOURCES[kind], id);

const ORDER = Object.keys(GROUPS);

/** Hits as choices, those of one kind together. */
export const choicesOf = (hits: readonly SearchHit[]): Choice[] =>
  hits
    .toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
    .map((hit) => ({
      group: GROUPS[hit.kind],
      name: hit.name ?? hit.id,
      // An id that is the name already is not said twice.
      detail: [hit.name === undefined || hit.kind === 'connection' ? undefined : hit.id, hit.detail]
        .filter((part) => part !== undefined && part !== '')
        .join(' · '),
      path: pathOf(hit),
    }));

/** Pages of which a word begins with the text. */
export const pagesNamed = (pages: readonly Choice[], text: string): Choice[] => {
  const wanted = text.trim().toLowerCase();
  return pages.filter(({ name }) => ` ${name.toLowerCase()}`.includes(` ${wanted}`));
};
