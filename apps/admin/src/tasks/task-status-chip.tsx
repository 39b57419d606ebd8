import type { TaskStatus } from '../api-types';
import { StatusChip } from '../components/status-chip';
import { taskStatusLooks } from './task-status';

export const TaskStatusChip = ({ status }: { status: TaskStatus }) => (
  <StatusChip status={status} look={taskStatusLooks[status]} />
);
