import { useDataProvider } from 'react-admin';
import CancelIcon from '@mui/icons-material/StopCircleOutlined';
import ReplayIcon from '@mui/icons-material/Replay';
import type { Task } from '../api-types';
import { CommandButton } from '../components/command-button';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { canRetry, hasEnded } from './task-status';

export const TaskCommands = ({ task }: { task: Task }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  if (!mayWrite()) return null;
  return (
    <>
      {canRetry(task) && (
        <CommandButton
          startIcon={<ReplayIcon />}
          run={() => api.retryTask(task.id)}
          done="The task is queued again."
        >
          Retry
        </CommandButton>
      )}
      {!hasEnded(task) && (
        <CommandButton
          color="error"
          startIcon={<CancelIcon />}
          run={() => api.cancelTask(task.id)}
          done="The task is canceled."
          ask={{
            title: 'Cancel this task?',
            content:
              'It will not start. If a worker already called the provider, what was done there stays done.',
            confirm: 'Cancel the task',
            keep: 'Leave it',
          }}
        >
          Cancel task
        </CommandButton>
      )}
    </>
  );
};
