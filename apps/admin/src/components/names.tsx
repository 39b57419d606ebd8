import { Link, useReference } from 'react-admin';
import type { Agent } from '../api-types';

export const userPath = (id: string) => `/users/${encodeURIComponent(id)}/show`;
export const recordPath = (resource: string, id: string) => `/${resource}/${encodeURIComponent(id)}/show`;

/** A list with a filter already set, as react-admin reads it from the address. */
export const filteredPath = (resource: string, filter: Record<string, string>) =>
  `/${resource}?filter=${encodeURIComponent(JSON.stringify(filter))}`;

export const UserLink = ({ id }: { id: string }) => <Link to={userPath(id)}>{id}</Link>;

/** The agent's name, or its id while the name is not known. */
export const AgentLink = ({ id, name }: { id: string; name?: string | undefined }) => {
  const { referenceRecord } = useReference<Agent>({
    reference: 'agents',
    id,
    options: { enabled: name === undefined, retry: false },
  });
  return <Link to={recordPath('agents', id)}>{name ?? referenceRecord?.name ?? id}</Link>;
};
