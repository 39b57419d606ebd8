import { Button } from '@mui/material';
import { LinkBase } from 'react-admin';
import AddIcon from '@mui/icons-material/Add';
import icon from '@mui/icons-material/SmartToyOutlined';
import type { Agent } from '../api-types';
import { CardLines } from '../components/cards';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import { mayWrite } from '../providers/session';
import { accessWords, AgentStatusChip, lastUse, liveKeys } from './agent-status';

const columns: Column<Agent>[] = [
  { label: 'Agent', sortBy: 'name', render: ({ name }) => name },
  { label: 'Status', render: (agent) => <AgentStatusChip agent={agent} /> },
  { label: 'Access', render: accessWords },
  { label: 'Keys', align: 'right', render: (agent) => liveKeys(agent).length },
  { label: 'Last used', render: (agent) => <When at={lastUse(agent)} /> },
  { label: 'Created', sortBy: 'createdAt', render: ({ createdAt }) => <When at={createdAt} /> },
];

const NewAgentButton = () =>
  mayWrite() ? (
    <Button component={LinkBase} to="/agents/create" variant="contained" startIcon={<AddIcon />}>
      Create agent
    </Button>
  ) : null;

const AgentList = () => (
  <ResourceList<Agent>
    resource="agents"
    title="Agents"
    lead="Programs that act for your users. Each calls the API with a key of its own."
    sort={{ field: 'createdAt', order: 'DESC' }}
    actions={<NewAgentButton />}
    columns={columns}
    card={(agent) => (
      <CardLines
        title={agent.name}
        status={<AgentStatusChip agent={agent} />}
        lines={[
          accessWords(agent),
          <>
            Last used: <When at={lastUse(agent)} never="never" />
          </>,
        ]}
      />
    )}
    empty={
      <EmptyState icon={icon} title="No agents yet" action={<NewAgentButton />}>
        Create one to get a key. An agent acts only for users who have connected an account.
      </EmptyState>
    }
  />
);

export default AgentList;
