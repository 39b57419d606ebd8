import { Stack } from '@mui/material';
import { useDataProvider, useNotify } from 'react-admin';
import LinkOffIcon from '@mui/icons-material/LinkOff';
import CheckIcon from '@mui/icons-material/TroubleshootOutlined';
import RefreshIcon from '@mui/icons-material/Refresh';
import type { Connection } from '../api-types';
import { CommandButton } from '../components/command-button';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { accountName, checkWords, connectionName } from './token-status-words';

const CheckButton = ({ connection }: { connection: Connection }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const run = async () => {
    const { result } = await api.checkConnection(connection.id);
    const said = `${connectionName(connection)}: ${checkWords(result)}.`;
    notify(said, { type: result === 'alive' ? 'success' : 'warning' });
  };
  return (
    <CommandButton startIcon={<CheckIcon />} run={run}>
      Check now
    </CommandButton>
  );
};

export const ConnectionCommands = ({ connection }: { connection: Connection }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  if (!mayWrite()) return null;
  const name = connectionName(connection);
  const stored = connection.status !== 'inactive';
  const shared = connection.sharesGrantWith?.length ?? 0;
  const others =
    shared === 0
      ? ''
      : ` The provider ends the whole grant: ${shared === 1 ? 'another connection' : `${shared} other connections`} of this user with the same account will end with it.`;
  return (
    <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap' }}>
      {stored && <CheckButton connection={connection} />}
      {connection.refreshable && stored && (
        <CommandButton
          startIcon={<RefreshIcon />}
          run={() => api.refreshConnection(connection.id)}
          done={`The token for ${name} was refreshed.`}
        >
          Refresh now
        </CommandButton>
      )}
      {stored && (
        <CommandButton
          color="error"
          startIcon={<LinkOffIcon />}
          run={() => api.disconnect(connection.id)}
          done={`${name} is disconnected.`}
          ask={{
            title: `Disconnect ${name}?`,
            content: `Agents can no longer act for ${connection.userId} as ${accountName(connection)}. The tokens are deleted here and revoked at the provider; to undo this the user has to connect again.${others} The history is kept.`,
            confirm: 'Disconnect',
          }}
        >
          Disconnect
        </CommandButton>
      )}
    </Stack>
  );
};
