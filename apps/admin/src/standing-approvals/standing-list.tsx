import icon from '@mui/icons-material/VerifiedUserOutlined';
import type { StandingApproval } from '../api-types';
import { approvalFilters } from '../approvals/approval-filters';
import { CardLines } from '../components/cards';
import { AgentLink, UserLink } from '../components/names';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import { StandingStatusChip, standingStatusLooks } from './standing-status';

const usesWords = ({ usesLeft, uses }: StandingApproval) => `${usesLeft} of ${uses}`;

const columns: Column<StandingApproval>[] = [
  { label: 'Calls like this', render: ({ preview }) => preview },
  { label: 'Status', render: ({ status }) => <StandingStatusChip status={status} /> },
  { label: 'Uses left', render: usesWords },
  { label: 'User', render: ({ userId }) => <UserLink id={userId} /> },
  { label: 'Agent', render: ({ agentId }) => (agentId ? <AgentLink id={agentId} /> : 'None') },
  { label: 'Until', sortBy: 'validUntil', render: ({ validUntil }) => <When at={validUntil} /> },
];

const StandingList = () => (
  <ResourceList<StandingApproval>
    resource="standing-approvals"
    title="Standing approvals"
    lead="What agents may do again without asking, for a time and a number of uses."
    sort={{ field: 'createdAt', order: 'DESC' }}
    filters={approvalFilters(standingStatusLooks)}
    columns={columns}
    pollMs={() => 15_000}
    card={(standing) => (
      <CardLines
        title={standing.preview}
        status={<StandingStatusChip status={standing.status} />}
        lines={[
          `${usesWords(standing)} uses left`,
          <>
            For {standing.userId}, until <When at={standing.validUntil} />
          </>,
        ]}
      />
    )}
    empty={
      <EmptyState icon={icon} title="Agents ask each time">
        Whoever approves a call can let calls like it run without asking for a while. What is allowed so is
        listed here, and is taken back here.
      </EmptyState>
    }
  />
);

export default StandingList;
