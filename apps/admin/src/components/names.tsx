import { Link, useReference } from 'react-admin';
import type { Agent, OperatorKey } from '../api-types';
import { recordPath, userPath } from './paths';

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

/** The name of an operator key, or its id while the name is not known. */
export const OperatorKeyLink = ({ id }: { id: string }) => {
  const { referenceRecord } = useReference<OperatorKey>({
    reference: 'operator-keys',
    id,
    options: { retry: false },
  });
  return <Link to={recordPath('operator-keys', id)}>{referenceRecord?.name ?? id}</Link>;
};
