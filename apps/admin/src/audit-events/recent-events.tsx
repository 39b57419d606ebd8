import { Box } from '@mui/material';
import { useGetList } from 'react-admin';
import type { AuditEvent } from '../api-types';
import { recordPath } from '../components/paths';
import { RowLink } from '../components/row-link';
import { EmptyState, ErrorState, LoadingRows } from '../components/states';
import { StatusMark } from '../components/status-chip';
import { When } from '../components/when';
import { EventText } from './event-text';
import { outcomeLooks } from './outcome';

const EventRow = ({ event }: { event: AuditEvent }) => (
  <RowLink to={recordPath('audit-events', event.id)} sx={{ gap: 1.5 }}>
    <StatusMark status={event.outcome} look={outcomeLooks[event.outcome]} />
    <Box sx={{ flex: 1, minWidth: 0, display: { sm: 'flex' }, gap: 2, justifyContent: 'space-between' }}>
      <EventText event={event} />
      <Box component="span" sx={{ color: 'text.secondary', flex: 'none', display: 'block' }}>
        <When at={event.at} />
      </Box>
    </Box>
  </RowLink>
);

interface RecentEventsProps {
  filter: Record<string, string>;
  empty: string;
  count?: number;
}

export const RecentEvents = ({ filter, empty, count = 8 }: RecentEventsProps) => {
  const { data, error, isPending, refetch } = useGetList<AuditEvent>(
    'audit-events',
    { filter, sort: { field: 'seq', order: 'DESC' }, pagination: { page: 1, perPage: count } },
    { retry: false },
  );
  if (isPending) return <LoadingRows rows={4} />;
  if (error) return <ErrorState error={error} what="The history" onRetry={() => void refetch()} />;
  if (data.length === 0) return <EmptyState title={empty} />;
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {data.map((event) => (
        <EventRow key={event.id} event={event} />
      ))}
    </Box>
  );
};
