import icon from '@mui/icons-material/ThumbUpAltOutlined';
import type { Approval } from '../api-types';
import { CardLines } from '../components/cards';
import { AgentLink, UserLink } from '../components/names';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import { approvalFilters } from './approval-filters';
import { ApprovalStatusChip, approvalStatusLooks } from './approval-status';

const ApprovalState = ({ approval: { status, needed, agreed } }: { approval: Approval }) => (
  <>
    <ApprovalStatusChip status={status} />
    {status === 'pending' && needed > 1 && ` ${agreed.length} of ${needed} agreed`}
  </>
);

const columns: Column<Approval>[] = [
  { label: 'What will be done', render: ({ preview }) => preview },
  { label: 'Status', render: (approval) => <ApprovalState approval={approval} /> },
  { label: 'User', render: ({ userId }) => <UserLink id={userId} /> },
  { label: 'Agent', render: ({ agentId }) => (agentId ? <AgentLink id={agentId} /> : 'None') },
  { label: 'Asked', sortBy: 'createdAt', render: ({ createdAt }) => <When at={createdAt} /> },
  { label: 'Until', sortBy: 'expiresAt', render: ({ expiresAt }) => <When at={expiresAt} /> },
];

const ApprovalList = () => (
  <ResourceList<Approval>
    resource="approvals"
    title="Approvals"
    lead="Calls of agents that wait until a person agrees, and what was decided."
    sort={{ field: 'createdAt', order: 'DESC' }}
    filters={approvalFilters(approvalStatusLooks)}
    columns={columns}
    pollMs={() => 3000}
    card={(approval) => (
      <CardLines
        title={approval.preview}
        status={<ApprovalState approval={approval} />}
        lines={[
          <>
            For {approval.userId}, <When at={approval.createdAt} />
          </>,
          approval.ask,
        ]}
      />
    )}
    empty={
      <EmptyState icon={icon} title="Nothing waits">
        What a policy lets go on only with a person&apos;s agreement is listed here. Without a rule, that is
        what cannot be undone.
      </EmptyState>
    }
  />
);

export default ApprovalList;
