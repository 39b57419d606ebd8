import { Stack, Typography } from '@mui/material';
import type { Connection, TokenStatus } from '../api-types';
import { StatusChip } from '../components/status-chip';
import { reasonWords, statusMeaning, tokenStatusLooks } from './token-status-words';

export const TokenStatusChip = ({ status }: { status: TokenStatus }) => (
  <StatusChip status={status} look={tokenStatusLooks[status]} />
);

/** The chip, what it means, and why. */
export const TokenStatusExplained = ({ connection }: { connection: Connection }) => {
  const reason = reasonWords(connection.reason);
  return (
    <Stack sx={{ gap: 0.75, alignItems: 'flex-start' }}>
      <TokenStatusChip status={connection.status} />
      <Typography variant="body2" color="textSecondary">
        {statusMeaning(connection)} {reason}
      </Typography>
    </Stack>
  );
};
