import icon from '@mui/icons-material/EventRepeatOutlined';
import { TextInput } from 'react-admin';
import type { ScheduleSummary } from '../api-types';
import { CardLines } from '../components/cards';
import { Code } from '../components/code';
import { AgentLink, UserLink } from '../components/names';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import { cronWords, ScheduleStatusChip } from './schedule-words';

const POLL_MS = 15_000;

const columns: Column<ScheduleSummary>[] = [
  { label: 'Action', render: ({ name, action }) => name ?? <Code>{action}</Code> },
  { label: 'Status', width: 170, render: (schedule) => <ScheduleStatusChip schedule={schedule} /> },
  { label: 'Runs', render: (schedule) => <Code>{cronWords(schedule)}</Code> },
  { label: 'User', render: ({ userId }) => <UserLink id={userId} /> },
  { label: 'Agent', render: ({ agentId }) => (agentId ? <AgentLink id={agentId} /> : 'None') },
  {
    label: 'Next run',
    sortBy: 'nextRunAt',
    width: 150,
    render: ({ nextRunAt }) => <When at={nextRunAt} never="None" />,
  },
];

const filters = (
  <>
    <TextInput source="userId" label="User id" resettable />
    <TextInput source="agentId" label="Agent id" resettable />
    <TextInput source="action" label="Action" resettable />
  </>
);

const ScheduleList = () => (
  <ResourceList<ScheduleSummary>
    resource="schedules"
    title="Schedules"
    lead="Actions that come again and again. Each run is a task, judged by the rules of its time."
    sort={{ field: 'createdAt', order: 'DESC' }}
    filters={filters}
    columns={columns}
    pollMs={() => POLL_MS}
    card={(schedule) => (
      <CardLines
        title={schedule.name ?? <Code>{schedule.action}</Code>}
        status={<ScheduleStatusChip schedule={schedule} />}
        lines={[
          cronWords(schedule),
          <>
            For {schedule.userId}, next run <When at={schedule.nextRunAt} never="none" />
          </>,
        ]}
      />
    )}
    empty={
      <EmptyState icon={icon} title="Nothing is scheduled">
        An agent has an action run again and again with <code>POST /v1/schedules</code>.
      </EmptyState>
    }
  />
);

export default ScheduleList;
