import { Box, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useDataProvider } from 'react-admin';
import type { Task, TaskEvent } from '../api-types';
import { EmptyState, ErrorState, LoadingRows } from '../components/states';
import { StatusMark } from '../components/status-chip';
import { durationWords } from '../components/time-words';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { pollMs, taskStatusLooks } from './task-status';

const between = (earlier: TaskEvent | undefined, later: TaskEvent) =>
  earlier ? `after ${durationWords(new Date(later.at).getTime() - new Date(earlier.at).getTime())}` : '';

/** "Queued." under "Queued" would only say it twice. */
const saysMore = ({ message }: TaskEvent, label: string) => message !== '' && message !== `${label}.`;

const Step = ({ event, previous }: { event: TaskEvent; previous: TaskEvent | undefined }) => {
  const look = taskStatusLooks[event.status];
  return (
    <Box
      component="li"
      sx={(theme) => ({
        display: 'flex',
        gap: 1.75,
        pb: 2.25,
        position: 'relative',
        '&:not(:last-of-type)::before': {
          content: '""',
          position: 'absolute',
          left: 13.5,
          top: 30,
          bottom: 2,
          borderLeft: `1px solid ${theme.palette.line}`,
        },
        '&:last-of-type': { pb: 0 },
      })}
    >
      <StatusMark status={event.status} look={look} />
      <Box sx={{ minWidth: 0, pt: 0.25 }}>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {look.label}
        </Typography>
        {saysMore(event, look.label) && (
          <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
            {event.message}
          </Typography>
        )}
        <Typography variant="caption" color="textSecondary" component="div">
          <When at={event.at} clock /> {between(previous, event)}
        </Typography>
      </Box>
    </Box>
  );
};

/** Everything that happened to a task, oldest first, and what happens next while it is not ended. */
export const TaskStory = ({ task }: { task: Task }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['tasks', 'events', task.id, task.status, task.attempts],
    queryFn: () => api.taskEvents(task.id),
    placeholderData: (previous) => previous,
    refetchInterval: pollMs(task),
    retry: false,
  });
  if (isPending) return <LoadingRows rows={3} />;
  if (error) return <ErrorState error={error} what="The story" onRetry={() => void refetch()} />;
  if (data.length === 0) return <EmptyState title="Nothing has happened to this task yet" />;
  return (
    <Box component="ol" aria-live="polite" sx={{ listStyle: 'none', m: 0, p: 2.5 }}>
      {data.map((event, index) => (
        <Step key={`${event.at}-${index}`} event={event} previous={data[index - 1]} />
      ))}
    </Box>
  );
};
