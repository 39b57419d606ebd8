import icon from '@mui/icons-material/TaskAltOutlined';
import { SelectInput, TextInput } from 'react-admin';
import type { Task } from '../api-types';
import { CardLines } from '../components/cards';
import { Code } from '../components/code';
import { AgentLink, UserLink } from '../components/names';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import { hasEnded, taskStatusChoices } from './task-status';
import { TaskStatusChip } from './task-status-chip';

const columns: Column<Task>[] = [
  { label: 'Action', render: ({ action }) => <Code>{action}</Code> },
  { label: 'Status', render: ({ status }) => <TaskStatusChip status={status} /> },
  { label: 'User', render: ({ userId }) => <UserLink id={userId} /> },
  { label: 'Agent', render: ({ agentId }) => (agentId ? <AgentLink id={agentId} /> : 'None') },
  { label: 'Attempts', align: 'right', render: ({ attempts }) => attempts },
  { label: 'Created', sortBy: 'createdAt', render: ({ createdAt }) => <When at={createdAt} /> },
];

const filters = (
  <>
    <SelectInput source="status" label="Status" choices={taskStatusChoices} emptyText="Any" />
    <TextInput source="userId" label="User id" resettable />
    <TextInput source="agentId" label="Agent id" resettable />
    <TextInput source="action" label="Action" resettable />
    <TextInput source="code" label="Problem code" resettable />
  </>
);

const TaskList = () => (
  <ResourceList<Task>
    resource="tasks"
    title="Tasks"
    lead="Actions that agents put on the queue, each with its whole story."
    sort={{ field: 'createdAt', order: 'DESC' }}
    filters={filters}
    columns={columns}
    pollMs={(tasks) => (tasks.every(hasEnded) ? 15_000 : 3000)}
    card={(task) => (
      <CardLines
        title={<Code>{task.action}</Code>}
        status={<TaskStatusChip status={task.status} />}
        lines={[
          <>
            For {task.userId}, <When at={task.createdAt} />
          </>,
          task.error?.detail,
        ]}
      />
    )}
    empty={
      <EmptyState icon={icon} title="No tasks yet">
        An agent queues one with <code>POST /v1/tasks</code>. Actions that are run at once are in the audit
        history.
      </EmptyState>
    }
  />
);

export default TaskList;
