import { useState } from 'react';
import { Button } from '@mui/material';
import { LinkBase, useDataProvider, useNavigate } from 'react-admin';
import type { Connector } from '../api-types';
import { CommandButton } from '../components/command-button';
import { editPath } from '../components/paths';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { DisableDialog } from './disable-dialog';

const Disable = ({ connector }: { connector: Connector }) => {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="outlined" size="small" color="error" onClick={() => setOpen(true)}>
        Disable
      </Button>
      <DisableDialog connector={connector} open={open} onClose={() => setOpen(false)} />
    </>
  );
};

const Delete = ({ connector }: { connector: Connector }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const navigate = useNavigate();
  return (
    <CommandButton
      color="error"
      run={async () => {
        await api.deleteConnector(connector.id);
        navigate('/connectors');
      }}
      done={`${connector.displayName} is deleted.`}
      ask={{
        title: `Delete ${connector.displayName}?`,
        content:
          'Its client id and secret, and connections that hold nothing any more, are removed. The audit history stays. This cannot be undone.',
        confirm: 'Delete',
      }}
    >
      Delete
    </CommandButton>
  );
};

/** The commands that an operator can run on this connector right now. */
export const ConnectorCommands = ({ connector }: { connector: Connector }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  if (!mayWrite()) return null;
  const isOurs = connector.readOnlyBecause === undefined;
  const isGone = connector.disabledBy === 'configuration';
  return (
    <>
      {isOurs && (
        <Button
          component={LinkBase}
          to={editPath('connectors', connector.id)}
          variant="outlined"
          size="small"
        >
          Edit
        </Button>
      )}
      {connector.disabledAt && !isGone && (
        <CommandButton
          run={() => api.enableConnector(connector.id)}
          done={`${connector.displayName} is enabled.`}
        >
          Enable
        </CommandButton>
      )}
      {!connector.disabledAt && <Disable connector={connector} />}
      {connector.disabledAt && connector.storedConnectionCount > 0 && !connector.dropping && (
        <CommandButton
          color="error"
          run={() => api.disableConnector(connector.id, 'drop')}
          ask={{
            title: `Drop the tokens of ${connector.displayName}?`,
            content:
              'Every connection is disconnected and revoked at the provider. This cannot be undone; users have to connect again.',
            confirm: 'Drop tokens',
          }}
        >
          Drop tokens
        </CommandButton>
      )}
      {(isOurs || isGone) && connector.storedConnectionCount === 0 && <Delete connector={connector} />}
    </>
  );
};
