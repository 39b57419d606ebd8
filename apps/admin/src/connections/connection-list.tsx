import { SelectInput, TextInput } from 'react-admin';
import type { Connection } from '../api-types';
import { CardLines } from '../components/cards';
import { UserLink } from '../components/names';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import icon from '@mui/icons-material/LinkOutlined';
import { TokenStatusChip } from './token-status';
import { accountName, connectionName, tokenStatusChoices } from './token-status-words';

const columns: Column<Connection>[] = [
  { label: 'Connection', render: connectionName },
  { label: 'User', sortBy: 'userId', render: ({ userId }) => <UserLink id={userId} /> },
  { label: 'Account', render: accountName },
  { label: 'Token status', render: ({ status }) => <TokenStatusChip status={status} /> },
  {
    label: 'Token expires',
    render: ({ expiresAt, status }) => (
      <When at={expiresAt} never={status === 'inactive' ? 'No token' : 'Does not expire'} />
    ),
  },
  { label: 'Last used', sortBy: 'lastUsedAt', render: ({ lastUsedAt }) => <When at={lastUsedAt} /> },
];

const filters = (
  <>
    <TextInput source="q" label="Search user or account" type="search" />
    <TextInput source="userId" label="User id" resettable />
    <TextInput source="target" label="Connector" resettable />
    <SelectInput source="status" label="Token status" choices={tokenStatusChoices} emptyText="Any" />
  </>
);

const ConnectionList = () => (
  <ResourceList<Connection>
    resource="connections"
    title="Connections"
    lead="Each is one account of one user at one provider, with the tokens stored for it."
    sort={{ field: 'createdAt', order: 'DESC' }}
    filters={filters}
    columns={columns}
    card={(connection) => (
      <CardLines
        title={connectionName(connection)}
        status={<TokenStatusChip status={connection.status} />}
        lines={[
          `${accountName(connection)}, user ${connection.userId}`,
          <>
            Last used: <When at={connection.lastUsedAt} never="never" />
          </>,
        ]}
      />
    )}
    empty={
      <EmptyState icon={icon} title="Nobody has connected an account yet">
        A connection appears here when a user follows an authorization link and agrees at the provider. Your
        app gets such a link from <code>POST /v1/authorizations</code>.
      </EmptyState>
    }
  />
);

export default ConnectionList;
