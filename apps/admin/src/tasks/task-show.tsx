import { Alert, Box, LinearProgress, Typography } from '@mui/material';
import { Link } from 'react-admin';
import type { Task } from '../api-types';
import { RecentEvents } from '../audit-events/recent-events';
import { approvalStatusLooks } from '../approvals/approval-status';
import { Code, CodeBlock } from '../components/code';
import { CopyField } from '../components/copy-field';
import { Facts } from '../components/facts';
import { AgentLink, UserLink } from '../components/names';
import { recordPath } from '../components/paths';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { durationWords } from '../components/time-words';
import { When } from '../components/when';
import { OutcomeSection, outcomeWords } from './outcome-section';
import { TaskCommands } from './task-commands';
import { hasEnded, pollMs, taskStatusMeaning } from './task-status';
import { TaskStatusChip } from './task-status-chip';
import { TaskStory } from './task-story';

/** Of tasks that ask for none. */
const USUAL_PRIORITY = 4;

const back = { to: '/tasks', label: 'Tasks' };

const took = ({ startedAt, finishedAt }: Task) =>
  startedAt && finishedAt
    ? durationWords(new Date(finishedAt).getTime() - new Date(startedAt).getTime())
    : undefined;

const approvalWords = (approval: Task['approval']) => {
  if (!approval) return 'Asked for';
  const who = approval.decidedBy?.type === 'user' ? 'by the user' : 'by an operator';
  const { label } = approvalStatusLooks[approval.status];
  return approval.decidedBy ? `${label}, decided ${who}` : label;
};

const TaskFacts = ({ task }: { task: Task }) => (
  <Facts
    facts={[
      ['User', <UserLink id={task.userId} />],
      task.agentId !== undefined && ['Agent', <AgentLink id={task.agentId} />],
      task.connectionId !== undefined && [
        'Connection',
        <Link to={recordPath('connections', task.connectionId)}>
          <Code>{task.connectionId}</Code>
        </Link>,
      ],
      task.scheduleId !== undefined && [
        'Schedule',
        <Link to={recordPath('schedules', task.scheduleId)}>
          <Code>{task.scheduleId}</Code>
        </Link>,
      ],
      task.approvalId !== undefined && [
        'Approval',
        <>
          <Link to={recordPath('approvals', task.approvalId)}>{approvalWords(task.approval)}</Link>
          {task.approval?.reason !== undefined && `: ${task.approval.reason}`}
        </>,
      ],
      task.outcomeDecision !== undefined && [
        'Said of its outcome',
        <>
          {outcomeWords[task.outcomeDecision.decision]}, by {task.outcomeDecision.by.type}{' '}
          <Code>{task.outcomeDecision.by.id}</Code>
          {task.outcomeDecision.note !== undefined && `: ${task.outcomeDecision.note}`}
        </>,
      ],
      ['Attempts', task.attempts],
      ['Created', <When at={task.createdAt} />],
      task.runAt !== undefined && ['Set to run', <When at={task.runAt} />],
      task.deadlineAt !== undefined && ['Not started after', <When at={task.deadlineAt} />],
      task.priority !== USUAL_PRIORITY && ['Priority', `${task.priority} of 9`],
      ['Started', <When at={task.startedAt} never="Not yet" />],
      ['Ended', <When at={task.finishedAt} never="Not yet" />],
      took(task) !== undefined && ['Took', took(task)],
      ['Task id', <Code>{task.id}</Code>],
    ]}
  />
);

/** Why it ended badly, or what it waits for: the link lets an operator help a user who lost theirs. */
const Reason = ({ status, error }: { status: Task['status']; error: NonNullable<Task['error']> }) => (
  <Alert severity={hasEnded({ status }) ? 'error' : 'warning'} variant="outlined" sx={{ mt: 2 }}>
    {error.detail ?? 'It ended with an error.'} <Code>{error.code}</Code>
    {error.authorizationUri !== undefined && !hasEnded({ status }) && (
      <Box sx={{ mt: 1.5 }}>
        <CopyField value={error.authorizationUri} label="Link for the user" />
        <Typography variant="caption" component="p" sx={{ mt: 0.75 }}>
          The authorizationUri. Only the user it was made for can use it, within ten minutes; the app gets a
          new one with <code>POST /v1/authorizations</code>.
        </Typography>
      </Box>
    )}
  </Alert>
);

const Status = ({ task }: { task: Task }) => (
  <Box sx={{ mb: 3 }}>
    <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }} aria-live="polite">
      <TaskStatusChip status={task.status} />
      <Typography variant="body2" color="textSecondary">
        {taskStatusMeaning[task.status]}
      </Typography>
    </Box>
    {task.status === 'running' && (
      <LinearProgress aria-label="The task is running" sx={{ mt: 1.5, borderRadius: 2 }} />
    )}
    {task.error && <Reason status={task.status} error={task.error} />}
  </Box>
);

const Data = ({ title, value, label }: { title: string; value: unknown; label: string }) =>
  value === undefined || value === null ? null : (
    <Section title={title}>
      <CodeBlock value={value} label={label} />
    </Section>
  );

const Shown = ({ task }: { task: Task }) => (
  <Page
    title={`Task ${task.action}`}
    heading={<Code>{task.action}</Code>}
    lead={`For user ${task.userId}`}
    back={back}
    actions={<TaskCommands task={task} />}
  >
    <Status task={task} />
    <OutcomeSection task={task} />
    <Box
      sx={{
        display: 'grid',
        columnGap: 3,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
      }}
    >
      <Section title="Story">
        <TaskStory task={task} />
      </Section>
      <Section title="Facts">
        <TaskFacts task={task} />
      </Section>
      <Data title="Input" value={task.input} label="Input of the task" />
      <Data title="Output" value={task.output} label="Output of the task" />
      {task.keptOutput && (
        <Typography variant="body2">
          The output has {task.keptOutput.bytes.toLocaleString()} bytes. It is kept for its caller until{' '}
          {new Date(task.keptOutput.expiresAt).toLocaleString()}.
        </Typography>
      )}
    </Box>
    <Section title="In the audit history">
      <RecentEvents filter={{ taskId: task.id }} empty="No audit event names this task yet" />
    </Section>
  </Page>
);

const TaskShow = () => (
  <RecordPage<Task> resource="tasks" what="Task" back={back} pollMs={pollMs}>
    {(task) => <Shown task={task} />}
  </RecordPage>
);

export default TaskShow;
