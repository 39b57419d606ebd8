import { Box, Typography } from '@mui/material';
import { Link } from 'react-admin';
import type { Approval } from '../api-types';
import { RecentEvents } from '../audit-events/recent-events';
import { Code } from '../components/code';
import { Facts } from '../components/facts';
import { AgentLink, UserLink } from '../components/names';
import { Page } from '../components/page';
import { recordPath } from '../components/paths';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { When } from '../components/when';
import { ApprovalCommands } from './approval-commands';
import { ApprovalStatusChip, approvalStatusMeaning } from './approval-status';
import { ArgumentList } from './argument-list';
import { freeMembers } from './free-members';

const back = { to: '/approvals', label: 'Approvals' };
const approverWords = { any: 'An operator or the user', operator: 'An operator', user: 'The user' };

const decider = ({ decidedBy }: Approval) =>
  decidedBy && (decidedBy.type === 'user' ? <UserLink id={decidedBy.id} /> : <Code>{decidedBy.id}</Code>);

const Agreed = ({ approval: { agreed, needed } }: { approval: Approval }) => (
  <>
    {agreed.length} of {needed}
    {agreed.map(({ type, id, at }) => (
      <Box key={`${type} ${id}`}>
        {type === 'user' ? <UserLink id={id} /> : <Code>{id}</Code>}, <When at={at} />
      </Box>
    ))}
  </>
);

const ApprovalFacts = ({ approval }: { approval: Approval }) => (
  <Facts
    facts={[
      ['User', <UserLink id={approval.userId} />],
      approval.agentId !== undefined && ['Agent', <AgentLink id={approval.agentId} />],
      ['Account', approval.account.name],
      ['Action', <Code>{approval.action}</Code>],
      approval.ask !== undefined && ['Why it asks', approval.ask],
      ['Who decides', approverWords[approval.approvers]],
      approval.needed > 1 && ['Agreed', <Agreed approval={approval} />],
      approval.policies.length > 0 && ['Rule', approval.policies.join(', ')],
      ['Uses', `${approval.usesLeft} of ${approval.uses} left`],
      freeMembers(approval.pins) !== '' && ['May differ', freeMembers(approval.pins)],
      ['Asked', <When at={approval.createdAt} />],
      ['Until', <When at={approval.expiresAt} />],
      approval.decidedAt !== undefined && ['Decided', <When at={approval.decidedAt} />],
      approval.decidedBy !== undefined && ['Decided by', decider(approval)],
      approval.reason !== undefined && ['Reason', approval.reason],
      approval.changed.length > 0 && ['Changed by the approver', approval.changed.join(', ')],
      [
        'Task',
        <Link to={recordPath('tasks', approval.taskId)}>
          <Code>{approval.taskId}</Code>
        </Link>,
      ],
      ['Hash', <Code>{approval.hash}</Code>],
    ]}
  />
);

const Shown = ({ approval }: { approval: Approval }) => (
  <Page title={approval.title} heading={approval.title} lead={`For user ${approval.userId}`} back={back}>
    <Box sx={{ mb: 3, display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }} aria-live="polite">
      <ApprovalStatusChip status={approval.status} />
      <Typography variant="body2" color="textSecondary">
        {approval.status === 'pending' && approval.needed > 1
          ? `${approval.agreed.length} of ${approval.needed} people have agreed. Nothing has been sent.`
          : approvalStatusMeaning[approval.status]}
      </Typography>
    </Box>
    <Section title="What will be done">
      <Typography sx={{ p: 2.5, fontWeight: 600, overflowWrap: 'anywhere' }}>{approval.preview}</Typography>
      <ApprovalCommands approval={approval} />
    </Section>
    <Box
      sx={{
        display: 'grid',
        columnGap: 3,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
      }}
    >
      <Section title="What will be sent">
        <ArgumentList value={approval.arguments} />
      </Section>
      <Section title="Facts">
        <ApprovalFacts approval={approval} />
      </Section>
    </Box>
    <Section title="In the audit history">
      <RecentEvents filter={{ taskId: approval.taskId }} empty="No audit event names its task yet" />
    </Section>
  </Page>
);

const ApprovalShow = () => (
  <RecordPage<Approval>
    resource="approvals"
    what="Approval"
    back={back}
    pollMs={({ status }) => (status === 'pending' || status === 'approved' ? 3000 : false)}
  >
    {(approval) => <Shown approval={approval} />}
  </RecordPage>
);

export default ApprovalShow;
