import { Box, Typography } from '@mui/material';
import { Link, useDataProvider } from 'react-admin';
import type { StandingApproval, StandingApprovalDetail } from '../api-types';
import { ArgumentList } from '../approvals/argument-list';
import { freeMembers } from '../approvals/free-members';
import { Code } from '../components/code';
import { CommandButton } from '../components/command-button';
import { Facts } from '../components/facts';
import { AgentLink, UserLink } from '../components/names';
import { Page } from '../components/page';
import { recordPath } from '../components/paths';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { StandingStatusChip, standingMeaning } from './standing-status';

const back = { to: '/standing-approvals', label: 'Standing approvals' };

/** A list has it without its uses, and is what this page shows first. */
type ListedOrRead = StandingApproval & Partial<Pick<StandingApprovalDetail, 'recentUses'>>;

const TakeBack = ({ standing }: { standing: StandingApproval }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  if (standing.status !== 'active' || !mayWrite()) return null;
  return (
    <CommandButton
      color="error"
      run={() => api.takeBackStanding(standing.id)}
      done="Taken back. Such calls ask again."
      ask={{
        title: 'Take it back?',
        content: 'From now on the agent asks before each such call. What has run is not undone.',
        confirm: 'Take back',
      }}
    >
      Take back
    </CommandButton>
  );
};

const StandingFacts = ({ standing }: { standing: StandingApproval }) => (
  <Facts
    facts={[
      ['User', <UserLink id={standing.userId} />],
      standing.agentId !== undefined && ['Agent', <AgentLink id={standing.agentId} />],
      ['Account', standing.account.name],
      ['Action', <Code>{standing.action}</Code>],
      ['Uses', `${standing.usesLeft} of ${standing.uses} left`],
      ['May differ', freeMembers(standing.pins) || 'Nothing: every argument is fixed'],
      standing.policies.length > 0 && ['Rule', standing.policies.join(', ')],
      ['Made', <When at={standing.createdAt} />],
      ['Until', <When at={standing.validUntil} />],
      standing.lastUsedAt !== undefined && ['Last used', <When at={standing.lastUsedAt} />],
      standing.endedAt !== undefined && ['Ended', <When at={standing.endedAt} />],
      [
        'Made by',
        standing.madeBy.type === 'user' ? (
          <UserLink id={standing.madeBy.id} />
        ) : (
          <Code>{standing.madeBy.id}</Code>
        ),
      ],
      ['Made with', <Link to={recordPath('approvals', standing.approvalId)}>The approval</Link>],
    ]}
  />
);

const Uses = ({ uses }: { uses: NonNullable<ListedOrRead['recentUses']> }) => {
  if (uses.length === 0) return <EmptyState title="Not used yet" />;
  return (
    <Box component="ol" sx={{ m: 0, py: 2.5, pr: 2.5, pl: 5, display: 'grid', rowGap: 0.75 }}>
      {uses.map(({ usedAt, taskId, hash }) => (
        <Box component="li" key={`${usedAt} ${taskId ?? ''} ${hash}`} sx={{ overflowWrap: 'anywhere' }}>
          <When at={usedAt} /> {taskId !== undefined && <Link to={recordPath('tasks', taskId)}>Task</Link>}{' '}
          <Code>{hash}</Code>
        </Box>
      ))}
    </Box>
  );
};

const Shown = ({ standing }: { standing: ListedOrRead }) => (
  <Page title={standing.title} heading={standing.title} lead={`For user ${standing.userId}`} back={back}>
    <Box sx={{ mb: 3, display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }} aria-live="polite">
      <StandingStatusChip status={standing.status} />
      <Typography variant="body2" color="textSecondary">
        {standingMeaning(standing)}
      </Typography>
      <TakeBack standing={standing} />
    </Box>
    <Box
      sx={{
        display: 'grid',
        columnGap: 3,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
      }}
    >
      <Section title="Calls like this">
        <Typography sx={{ p: 2.5, pb: 0, fontWeight: 600, overflowWrap: 'anywhere' }}>
          {standing.preview}
        </Typography>
        <ArgumentList value={standing.arguments} />
      </Section>
      <Section title="Facts">
        <StandingFacts standing={standing} />
      </Section>
    </Box>
    {standing.recentUses && (
      <Section title="Newest uses">
        <Uses uses={standing.recentUses} />
      </Section>
    )}
  </Page>
);

const StandingShow = () => (
  <RecordPage<ListedOrRead>
    resource="standing-approvals"
    what="Standing approval"
    back={back}
    pollMs={({ status }) => (status === 'active' ? 5000 : false)}
  >
    {(standing) => <Shown standing={standing} />}
  </RecordPage>
);

export default StandingShow;
