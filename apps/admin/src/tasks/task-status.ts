import BlockIcon from '@mui/icons-material/Block';
import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import ErrorIcon from '@mui/icons-material/ErrorOutlined';
import HelpIcon from '@mui/icons-material/HelpOutlined';
import HourglassIcon from '@mui/icons-material/HourglassEmpty';
import KeyIcon from '@mui/icons-material/VpnKeyOutlined';
import PlayIcon from '@mui/icons-material/PlayCircleOutlined';
import ScheduleIcon from '@mui/icons-material/Schedule';
import ThumbUpIcon from '@mui/icons-material/ThumbUpAltOutlined';
import type { Task, TaskStatus } from '../api-types';
import type { StatusLook } from '../components/status-chip';

export const taskStatusLooks: Record<TaskStatus, StatusLook> = {
  queued: { label: 'Queued', tone: 'idle', icon: HourglassIcon },
  running: { label: 'Running', tone: 'info', icon: PlayIcon },
  waiting_for_authorization: { label: 'Waiting for authorization', tone: 'warn', icon: KeyIcon },
  waiting_for_approval: { label: 'Waiting for approval', tone: 'warn', icon: ThumbUpIcon },
  scheduled: { label: 'Scheduled', tone: 'info', icon: ScheduleIcon },
  succeeded: { label: 'Succeeded', tone: 'ok', icon: CheckCircleIcon },
  failed: { label: 'Failed', tone: 'bad', icon: ErrorIcon },
  canceled: { label: 'Canceled', tone: 'idle', icon: BlockIcon },
  outcome_unknown: { label: 'Outcome unknown', tone: 'bad', icon: HelpIcon },
};

export const taskStatusMeaning: Record<TaskStatus, string> = {
  queued: 'It starts as soon as a worker is free.',
  running: 'A worker is on it right now.',
  waiting_for_authorization: 'The user has to connect an account or allow more; then it goes on by itself.',
  waiting_for_approval: 'Its policy wants a person to agree first: an operator under Approvals, or the user.',
  scheduled: 'It starts at its set time, or when its next attempt is due.',
  succeeded: 'It was done, once.',
  failed: 'It was tried and did not work. Nothing more happens by itself.',
  canceled: 'It was stopped before it was done.',
  outcome_unknown:
    'The provider was called and its answer was lost. It is not sent again by itself, since it might then happen twice.',
};

export const taskStatusChoices = Object.entries(taskStatusLooks).map(([id, { label }]) => ({
  id,
  name: label,
}));

const ended = new Set<TaskStatus>(['succeeded', 'failed', 'canceled', 'outcome_unknown']);
/** One with an unknown outcome has ways out of its own. */
const retryable = new Set<TaskStatus>(['failed', 'canceled']);

export const hasEnded = ({ status }: Pick<Task, 'status'>): boolean => ended.has(status);
export const canRetry = ({ status }: Pick<Task, 'status'>): boolean => retryable.has(status);

/** Fast while a worker may change it any moment, slow while it waits for a person or a time. */
export const pollMs = (task: Pick<Task, 'status'>): number | false => {
  if (hasEnded(task)) return false;
  return task.status === 'queued' || task.status === 'running' ? 1500 : 3000;
};
