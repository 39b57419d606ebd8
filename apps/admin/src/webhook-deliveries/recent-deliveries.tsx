import { Box } from '@mui/material';
import { useGetList } from 'react-admin';
import type { WebhookDeliverySummary } from '../api-types';
import { Code } from '../components/code';
import { recordPath } from '../components/paths';
import { RowLink } from '../components/row-link';
import { EmptyState, ErrorState, LoadingRows } from '../components/states';
import { StatusMark } from '../components/status-chip';
import { When } from '../components/when';
import { deliveryLooks } from './delivery-status';

const COUNT = 8;
const POLL_MS = 5000;

/** The newest messages to one endpoint. */
export const RecentDeliveries = ({ webhookId }: { webhookId: string }) => {
  const { data, error, isPending, refetch } = useGetList<WebhookDeliverySummary>(
    'webhook-deliveries',
    { filter: { webhookId }, pagination: { page: 1, perPage: COUNT } },
    { retry: false, refetchInterval: POLL_MS },
  );
  if (isPending) return <LoadingRows rows={4} />;
  if (error && !data)
    return <ErrorState error={error} what="The deliveries" onRetry={() => void refetch()} />;
  if (data.length === 0)
    return (
      <EmptyState title="Nothing was sent yet">Send a test to see whether its receiver works.</EmptyState>
    );
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {data.map(({ id, type, status, createdAt }) => (
        <RowLink key={id} to={recordPath('webhook-deliveries', id)} sx={{ gap: 1.5 }}>
          <StatusMark status={status} look={deliveryLooks[status]} />
          <Box sx={{ flex: 1, minWidth: 0 }}>
            <Code>{type}</Code>
          </Box>
          <Box component="span" sx={{ color: 'text.secondary' }}>
            <When at={createdAt} />
          </Box>
        </RowLink>
      ))}
    </Box>
  );
};
