import type { ReactNode } from 'react';
import { Box, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { OperatorSession } from '../api-types';
import { deviceWords } from './device-words';
import { ListRow } from './list-row';
import { EmptyState, ErrorState, LoadingRows } from './states';
import { When } from './when';

interface SessionListProps {
  /** Names the sessions in the query cache. */
  of: string;
  load: () => Promise<OperatorSession[]>;
  /** The command on one of them. */
  command?: (session: OperatorSession) => ReactNode;
}

const Row = ({ session, children }: { session: OperatorSession; children: ReactNode }) => (
  <ListRow>
    <Box sx={{ minWidth: 0 }}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>
        {deviceWords(session.userAgent)}
        {session.isCurrent && ', this session'}
      </Typography>
      <Typography variant="body2" color="textSecondary" component="div">
        From {session.ip}, last used <When at={session.lastUsedAt} />, signed in{' '}
        <When at={session.createdAt} />
      </Typography>
    </Box>
    {children}
  </ListRow>
);

/** Signed-in browsers of one operator. */
export const SessionList = ({ of, load, command }: SessionListProps) => {
  const { data, error, refetch } = useQuery({ queryKey: ['sessions', of], queryFn: load, retry: false });
  if (error) return <ErrorState error={error} what="The sessions" onRetry={() => void refetch()} />;
  if (!data) return <LoadingRows rows={2} />;
  if (data.length === 0) return <EmptyState title="No open session" />;
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {data.map((session) => (
        <Row key={session.id} session={session}>
          {command?.(session)}
        </Row>
      ))}
    </Box>
  );
};
