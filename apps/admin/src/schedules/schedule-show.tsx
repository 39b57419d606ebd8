import { Alert, Box } from '@mui/material';
import { Link } from 'react-admin';
import type { Schedule, ScheduleSummary } from '../api-types';
import { Code, CodeBlock } from '../components/code';
import { Facts } from '../components/facts';
import { AgentLink, UserLink } from '../components/names';
import { recordPath } from '../components/paths';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { EmptyState, LoadingRows } from '../components/states';
import { When } from '../components/when';
import { RecentTasks } from '../tasks/recent-tasks';
import { ScheduleCommands } from './schedule-commands';
import {
  cronWords,
  missedWords,
  outcomeWords,
  pausedWords,
  ScheduleStatusChip,
  zonedTime,
} from './schedule-words';

const back = { to: '/schedules', label: 'Schedules' };
const POLL_MS = 5000;

const Notice = ({ schedule: { paused, pausedReason, lastRun } }: { schedule: Schedule }) => {
  if (paused)
    return (
      <Alert severity="info" variant="outlined" sx={{ mb: 3 }}>
        {pausedWords[pausedReason ?? 'requested']}
      </Alert>
    );
  if (lastRun?.problem === undefined) return null;
  return (
    <Alert severity="warning" variant="outlined" sx={{ mb: 3 }}>
      The last run was refused: {lastRun.problem.detail} <Code>{lastRun.problem.code}</Code>
    </Alert>
  );
};

const LastRun = ({ run }: { run: NonNullable<Schedule['lastRun']> }) => (
  <>
    {run.outcome === 'queued' && run.taskId !== undefined ? (
      <Link to={recordPath('tasks', run.taskId)}>{outcomeWords.queued}</Link>
    ) : (
      outcomeWords[run.outcome]
    )}
    , <When at={run.scheduledFor} />
  </>
);

/** A list has a schedule without its next runs, and is what this page shows first. */
type ListedOrRead = ScheduleSummary & Partial<Pick<Schedule, 'nextRuns'>>;

const NextRuns = ({ schedule: { nextRuns, timeZone, paused } }: { schedule: ListedOrRead }) => {
  if (paused) return <EmptyState title="None while it is paused" />;
  if (!nextRuns) return <LoadingRows rows={5} />;
  return (
    <Box component="ol" sx={{ m: 0, py: 2.5, pr: 2.5, pl: 5, display: 'grid', rowGap: 0.75 }}>
      {nextRuns.map((run) => (
        <li key={run}>
          <time dateTime={run} title={run}>
            {zonedTime(run, timeZone)}
          </time>
        </li>
      ))}
    </Box>
  );
};

const ScheduleFacts = ({ schedule }: { schedule: Schedule }) => (
  <Facts
    facts={[
      ['Status', <ScheduleStatusChip schedule={schedule} />],
      ['Action', <Code>{schedule.action}</Code>],
      ['Runs', <Code>{cronWords(schedule)}</Code>],
      ['Missed runs', missedWords[schedule.missedRuns]],
      ['User', <UserLink id={schedule.userId} />],
      schedule.agentId !== undefined && ['Agent', <AgentLink id={schedule.agentId} />],
      schedule.connectionId !== undefined && [
        'Connection',
        <Link to={recordPath('connections', schedule.connectionId)}>
          <Code>{schedule.connectionId}</Code>
        </Link>,
      ],
      ['Last run', schedule.lastRun ? <LastRun run={schedule.lastRun} /> : 'None yet'],
      schedule.pausedAt !== undefined && ['Paused', <When at={schedule.pausedAt} />],
      ['Created', <When at={schedule.createdAt} />],
      ['Schedule id', <Code>{schedule.id}</Code>],
    ]}
  />
);

const Shown = ({ schedule }: { schedule: Schedule }) => (
  <Page
    title={schedule.name ?? `Schedule of ${schedule.action}`}
    heading={schedule.name ?? <Code>{schedule.action}</Code>}
    lead={`For user ${schedule.userId}`}
    back={back}
    actions={<ScheduleCommands schedule={schedule} />}
  >
    <Notice schedule={schedule} />
    <Box
      sx={{
        display: 'grid',
        columnGap: 3,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
      }}
    >
      <Section title="Facts">
        <ScheduleFacts schedule={schedule} />
      </Section>
      <Section title="Next runs">
        <NextRuns schedule={schedule} />
      </Section>
    </Box>
    <Section title="Input">
      <CodeBlock value={schedule.input} label="Input of each run" />
    </Section>
    <Section title="Latest tasks">
      <RecentTasks filter={{ scheduleId: schedule.id }} empty="No run has become a task yet" />
    </Section>
  </Page>
);

const ScheduleShow = () => (
  <RecordPage<Schedule> resource="schedules" what="Schedule" back={back} pollMs={() => POLL_MS}>
    {(schedule) => <Shown schedule={schedule} />}
  </RecordPage>
);

export default ScheduleShow;
