import { Box, Card, Divider, Stack, Typography } from '@mui/material';
import { Link } from 'react-admin';
import type { Connection } from '../api-types';
import { Facts } from '../components/facts';
import { recordPath } from '../components/paths';
import { When } from '../components/when';
import { ConnectionCommands } from './connection-commands';
import { ScopeList } from './scope-list';
import { TokenStatusExplained } from './token-status';
import { accountName, connectionName, revocationWords } from './token-status-words';

export const connectionFacts = (connection: Connection) => (
  <Facts
    dense
    facts={[
      [
        'Token expires',
        <When
          at={connection.expiresAt}
          never={connection.status === 'inactive' ? 'No token' : 'Does not expire'}
        />,
      ],
      ['Refresh token', connection.refreshable ? 'Stored, refreshes by itself' : 'None'],
      ['Last refreshed', <When at={connection.lastRefreshedAt} />],
      ['Last checked', <When at={connection.lastCheckedAt} />],
      ['Last used', <When at={connection.lastUsedAt} />],
      ...(connection.revocation
        ? [['Revocation', revocationWords(connection.revocation.status)] as [string, string]]
        : []),
      ['Connected', <When at={connection.createdAt} />],
    ]}
  />
);

/** One connection of a user with its token status, as the user page shows it. */
export const ConnectionCard = ({ connection }: { connection: Connection }) => (
  <Card component="article" aria-label={connectionName(connection)} sx={{ p: 2.5 }}>
    <Stack
      direction={{ xs: 'column', sm: 'row' }}
      sx={{ gap: 2, justifyContent: 'space-between', alignItems: { sm: 'flex-start' } }}
    >
      <Box sx={{ minWidth: 0 }}>
        <Typography variant="h3">
          <Link to={recordPath('connections', connection.id)} sx={{ fontWeight: 'inherit' }}>
            {connectionName(connection)}
          </Link>
        </Typography>
        <Typography variant="body2" color="textSecondary" sx={{ mb: 1.25, overflowWrap: 'anywhere' }}>
          {accountName(connection)}
        </Typography>
        <TokenStatusExplained connection={connection} />
      </Box>
      <ConnectionCommands connection={connection} />
    </Stack>
    <Divider sx={{ my: 2 }} />
    <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr', md: '1fr 1fr' } }}>
      {connectionFacts(connection)}
      <Box>
        <Typography variant="body2" color="textSecondary" sx={{ mb: 0.75 }}>
          What the user allowed
        </Typography>
        <ScopeList connection={connection} />
      </Box>
    </Box>
  </Card>
);
