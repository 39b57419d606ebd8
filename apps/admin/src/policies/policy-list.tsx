import { Button } from '@mui/material';
import { LinkBase } from 'react-admin';
import AddIcon from '@mui/icons-material/Add';
import icon from '@mui/icons-material/GavelOutlined';
import type { Policy } from '../api-types';
import { PEOPLE_DECIDE } from '../components/approval-words';
import { CardLines } from '../components/cards';
import { Code } from '../components/code';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import { mayWrite } from '../providers/session';
import { DryRun } from './dry-run';
import { PolicyStatusChip } from './policy-status';

const LONGEST = 90;
const start = ({ text }: Policy) => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};

const columns: Column<Policy>[] = [
  { label: 'Policy', sortBy: 'name', render: ({ name }) => name },
  { label: 'Status', width: 150, render: (policy) => <PolicyStatusChip policy={policy} /> },
  { label: 'Rule', render: (policy) => <Code>{start(policy)}</Code> },
  { label: 'Changed', width: 150, render: ({ updatedAt }) => <When at={updatedAt} /> },
];

const NewPolicyButton = () =>
  mayWrite() ? (
    <Button component={LinkBase} to="/policies/create" variant="contained" startIcon={<AddIcon />}>
      Create policy
    </Button>
  ) : null;

const PolicyList = () => (
  <ResourceList<Policy>
    resource="policies"
    title="Policies"
    lead={`Who may run which action for whom. Without a rule, agents may read and write, and nothing destructive runs without a person. A rule that forbids wins. ${PEOPLE_DECIDE}`}
    sort={{ field: 'name', order: 'ASC' }}
    actions={<NewPolicyButton />}
    columns={columns}
    card={(policy) => (
      <CardLines
        title={policy.name}
        status={<PolicyStatusChip policy={policy} />}
        lines={[<Code>{start(policy)}</Code>]}
      />
    )}
    empty={
      <EmptyState
        icon={icon}
        title="No rule narrows or widens what agents may do"
        action={<NewPolicyButton />}
      >
        Agents may read and write for every user; what cannot be undone needs a person. {PEOPLE_DECIDE}
      </EmptyState>
    }
    below={<DryRun />}
  />
);

export default PolicyList;
