import icon from '@mui/icons-material/PeopleOutlined';
import { TextInput } from 'react-admin';
import type { User } from '../api-types';
import { CardLines } from '../components/cards';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import { connectionsInWords } from './user-words';

const columns: Column<User>[] = [
  { label: 'User', sortBy: 'id', render: ({ id }) => id },
  { label: 'Name', sortBy: 'name', render: ({ name }) => name ?? '' },
  { label: 'Email', sortBy: 'email', render: ({ email }) => email ?? '' },
  { label: 'Connections', align: 'right', render: ({ connectionCount }) => connectionCount },
  { label: 'Last seen', sortBy: 'lastSeenAt', render: ({ lastSeenAt }) => <When at={lastSeenAt} /> },
  { label: 'Added', sortBy: 'createdAt', render: ({ createdAt }) => <When at={createdAt} /> },
];

const UserList = () => (
  <ResourceList<User>
    resource="users"
    title="Users"
    lead="The people agents act for, under the ids your app uses."
    sort={{ field: 'createdAt', order: 'DESC' }}
    filters={<TextInput source="q" label="Search id, name or email" type="search" />}
    unfolded
    columns={columns}
    card={(user) => (
      <CardLines
        title={user.name ?? user.id}
        lines={[
          [user.id !== (user.name ?? user.id) && user.id, user.email].filter(Boolean).join(', '),
          <>
            {connectionsInWords(user.connectionCount)}, last seen <When at={user.lastSeenAt} never="never" />
          </>,
        ]}
      />
    )}
    empty={
      <EmptyState icon={icon} title="No users yet">
        A user appears when your app first names one, for example with <code>POST /v1/authorizations</code> or{' '}
        <code>POST /v1/users/&#123;userId&#125;/tokens</code>.
      </EmptyState>
    }
  />
);

export default UserList;
