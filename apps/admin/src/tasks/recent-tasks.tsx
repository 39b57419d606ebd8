import { Box } from '@mui/material';
import { useGetList } from 'react-admin';
import type { Task } from '../api-types';
import { Code } from '../components/code';
import { recordPath } from '../components/paths';
import { RowLink } from '../components/row-link';
import { EmptyState, ErrorState, LoadingRows } from '../components/states';
import { When } from '../components/when';
import { hasEnded } from './task-status';
import { TaskStatusChip } from './task-status-chip';

const TaskRow = ({ task, showUser }: { task: Task; showUser: boolean }) => (
  <RowLink to={recordPath('tasks', task.id)} sx={{ flexWrap: 'wrap', columnGap: 2, rowGap: 0.5 }}>
    <Box component="span" sx={{ flex: '1 1 200px', minWidth: 0 }}>
      <Code>{task.action}</Code>
      {showUser && <> for {task.userId}</>}
    </Box>
    <TaskStatusChip status={task.status} />
    <Box component="span" sx={{ color: 'text.secondary', minWidth: { sm: 110 }, textAlign: { sm: 'right' } }}>
      <When at={task.createdAt} />
    </Box>
  </RowLink>
);

interface RecentTasksProps {
  filter: Record<string, string>;
  empty: string;
  count?: number;
}

export const RecentTasks = ({ filter, empty, count = 5 }: RecentTasksProps) => {
  const { data, error, isPending, refetch } = useGetList<Task>(
    'tasks',
    { filter, sort: { field: 'createdAt', order: 'DESC' }, pagination: { page: 1, perPage: count } },
    {
      retry: false,
      refetchInterval: (query) => (query.state.data?.data?.every(hasEnded) ? false : 3000),
    },
  );
  if (isPending) return <LoadingRows rows={3} />;
  if (error) return <ErrorState error={error} what="Tasks" onRetry={() => void refetch()} />;
  if (data.length === 0) return <EmptyState title={empty} />;
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {data.map((task) => (
        <TaskRow key={task.id} task={task} showUser={filter['userId'] === undefined} />
      ))}
    </Box>
  );
};
