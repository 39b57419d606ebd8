import { Card, Stack } from '@mui/material';
import { useGetList } from 'react-admin';
import icon from '@mui/icons-material/LinkOutlined';
import type { Connection } from '../api-types';
import { EmptyState, ErrorState, LoadingRows } from '../components/states';
import { ConnectionCard } from '../connections/connection-card';

export const UserConnections = ({ userId }: { userId: string }) => {
  const { data, error, isPending, refetch } = useGetList<Connection>(
    'connections',
    {
      filter: { userId },
      sort: { field: 'createdAt', order: 'DESC' },
      pagination: { page: 1, perPage: 100 },
    },
    { retry: false },
  );
  if (data && data.length > 0) {
    return (
      <Stack sx={{ gap: 1.5 }}>
        {data.map((connection) => (
          <ConnectionCard key={connection.id} connection={connection} />
        ))}
      </Stack>
    );
  }
  return (
    <Card>
      {isPending && <LoadingRows rows={3} height={48} />}
      {error && <ErrorState error={error} what="Connections" onRetry={() => void refetch()} />}
      {data && (
        <EmptyState icon={icon} title="This user has not connected an account">
          Send them an authorization link: <code>POST /v1/authorizations</code> with this user&apos;s id and a
          target.
        </EmptyState>
      )}
    </Card>
  );
};
