import type { Form } from '../oauth/request-form.js';
import type { Repository } from './github-state.js';

/** The repositories that fit the list parameters, in their order. */
export function selectRepositories(all: Repository[], query: Form): Repository[] {
  const {
    visibility = 'all',
    sort = 'full_name',
    affiliation = 'owner,collaborator,organization_member',
  } = query;
  const { direction = sort === 'full_name' ? 'asc' : 'desc' } = query;
  const key = (one: Repository) => (sort === 'full_name' ? `${one.owner}/${one.name}` : one.createdAt);
  const sign = direction === 'asc' ? 1 : -1;
  return all
    .filter((one) => visibility === 'all' || one.private === (visibility === 'private'))
    .filter(() => affiliation.split(',').includes('owner'))
    .sort((a, b) => sign * key(a).localeCompare(key(b)));
}
