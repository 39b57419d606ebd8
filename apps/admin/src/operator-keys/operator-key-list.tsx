import { Alert, Button } from '@mui/material';
import { LinkBase, TextInput, useDataProvider } from 'react-admin';
import { useQuery } from '@tanstack/react-query';
import AddIcon from '@mui/icons-material/Add';
import icon from '@mui/icons-material/KeyOutlined';
import type { OperatorKey } from '../api-types';
import { CardLines } from '../components/cards';
import { Code } from '../components/code';
import { ResourceList } from '../components/resource-list';
import { roleWords } from '../components/role-words';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { isOwner } from '../providers/session';
import { OperatorKeyStatus } from './operator-key-status';

const columns: Column<OperatorKey>[] = [
  { label: 'Name', sortBy: 'name', render: ({ name }) => name },
  { label: 'Role', sortBy: 'role', render: ({ role }) => roleWords[role] },
  { label: 'Status', render: (key) => <OperatorKeyStatus status={key.status} /> },
  {
    label: 'Last used',
    sortBy: 'lastUsedAt',
    render: ({ lastUsedAt }) => <When at={lastUsedAt} never="never" />,
  },
  { label: 'Expires', sortBy: 'expiresAt', render: ({ expiresAt }) => <When at={expiresAt} never="never" /> },
  { label: 'Made', sortBy: 'createdAt', render: ({ createdAt }) => <When at={createdAt} /> },
];

const CreateButton = () =>
  isOwner() ? (
    <Button component={LinkBase} to="/operator-keys/create" variant="contained" startIcon={<AddIcon />}>
      Make operator key
    </Button>
  ) : null;

/** The key that the server was started with is in no list: it is made and ended where the server is started. */
const SettingsKey = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const { data } = useQuery({ queryKey: ['settings-key'], queryFn: () => api.settingsKey() });
  if (!data?.isSet) return null;
  return (
    <Alert severity="info" variant="outlined" sx={{ mb: 2 }}>
      There is one more: <Code>{data.id}</Code>, an owner&apos;s key set as{' '}
      <Code>VALETKEY_OPERATOR_API_KEY</Code>. It is for the first steps and does not expire. To end it, start
      the server without it.
    </Alert>
  );
};

const OperatorKeyList = () => (
  <>
    <ResourceList<OperatorKey>
      resource="operator-keys"
      title="Operator keys"
      lead="Keys with which programs do what operators do. Each has a role, and ends with the owner who made it."
      sort={{ field: 'createdAt', order: 'DESC' }}
      filters={<TextInput source="q" label="Search name" type="search" />}
      unfolded
      actions={<CreateButton />}
      columns={columns}
      card={({ name, status, role, lastUsedAt, expiresAt }) => (
        <CardLines
          title={name}
          status={<OperatorKeyStatus status={status} />}
          lines={[
            roleWords[role],
            <>
              Last used: <When at={lastUsedAt} never="never" />
            </>,
            <>
              Expires: <When at={expiresAt} never="never" />
            </>,
          ]}
        />
      )}
      empty={<EmptyState icon={icon} title="No operator keys" action={<CreateButton />} />}
    />
    <SettingsKey />
  </>
);

export default OperatorKeyList;
