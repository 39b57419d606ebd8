import { useDataProvider } from 'react-admin';
import CancelIcon from '@mui/icons-material/StopCircleOutlined';
import ReplayIcon from '@mui/icons-material/Replay';
import type { Task } from '../api-types';
import { CommandButton } from '../components/command-button';
import type { Confirmation } from '../components/confirm-dialog';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { canRetry, hasEnded } from './task-status';

const retryQuestion = ({ status, action, userId }: Task): Confirmation | undefined =>
  status === 'outcome_unknown'
    ? {
        title: 'Run it again?',
        content: `Nobody knows whether ${action} took effect for ${userId}. Look at the provider first: running it again may do it twice.`,
        confirm: 'Run it again',
      }
    : undefined;

export const TaskCommands = ({ task }: { task: Task }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  if (!mayWrite()) return null;
  const question = retryQuestion(task);
  return (
    <>
      {canRetry(task) && (
        <CommandButton
          startIcon={<ReplayIcon />}
          run={() => api.retryTask(task.id)}
          done="The task is queued again."
          {...(question && { ask: question, color: 'error' as const })}
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
