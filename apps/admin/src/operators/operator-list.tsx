import { Button } from '@mui/material';
import { LinkBase, TextInput } from 'react-admin';
import AddIcon from '@mui/icons-material/Add';
import icon from '@mui/icons-material/BadgeOutlined';
import type { Operator } from '../api-types';
import { CardLines } from '../components/cards';
import { ResourceList } from '../components/resource-list';
import { roleWords } from '../components/role-words';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import { isOwner } from '../providers/session';
import { OperatorStatusChip } from './operator-status';

const factorWords = { passkey: 'Passkey', totp: 'App' };
const factors = ({ secondFactors = [] }: Operator) =>
  secondFactors.length === 0 ? 'None' : secondFactors.map((kind) => factorWords[kind]).join(', ');

const columns = (): Column<Operator>[] => [
  { label: 'Operator', sortBy: 'email', render: ({ email }) => email },
  { label: 'Role', sortBy: 'role', render: ({ role }) => roleWords[role] },
  { label: 'Status', render: (operator) => <OperatorStatusChip operator={operator} /> },
  ...(isOwner() ? [{ label: 'Second factor', render: factors }] : []),
  { label: 'Last sign-in', sortBy: 'lastSignInAt', render: ({ lastSignInAt }) => <When at={lastSignInAt} /> },
  { label: 'Added', sortBy: 'createdAt', render: ({ createdAt }) => <When at={createdAt} /> },
];

const InviteButton = () =>
  isOwner() ? (
    <Button component={LinkBase} to="/operators/create" variant="contained" startIcon={<AddIcon />}>
      Invite operator
    </Button>
  ) : null;

const OperatorList = () => (
  <ResourceList<Operator>
    resource="operators"
    title="Operators"
    lead="The people who sign in here. Owners invite them and say what they may do."
    sort={{ field: 'createdAt', order: 'DESC' }}
    filters={<TextInput source="q" label="Search email" type="search" />}
    unfolded
    actions={<InviteButton />}
    columns={columns()}
    card={(operator) => (
      <CardLines
        title={operator.email}
        status={<OperatorStatusChip operator={operator} />}
        lines={[
          roleWords[operator.role],
          isOwner() && `Second factor: ${factors(operator)}`,
          <>
            Last sign-in: <When at={operator.lastSignInAt} never="never" />
          </>,
        ]}
      />
    )}
    empty={<EmptyState icon={icon} title="No operators" action={<InviteButton />} />}
  />
);

export default OperatorList;
