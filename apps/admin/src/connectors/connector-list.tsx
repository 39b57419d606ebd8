import { Button } from '@mui/material';
import { LinkBase } from 'react-admin';
import AddIcon from '@mui/icons-material/Add';
import icon from '@mui/icons-material/PowerOutlined';
import type { Connector } from '../api-types';
import { CardLines } from '../components/cards';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { mayWrite } from '../providers/session';
import { connectionsInWords } from '../users/user-words';
import { ConnectorStatusChip, sourceWords, storageWords } from './connector-words';

const columns: Column<Connector>[] = [
  { label: 'Connector', render: ({ displayName }) => displayName },
  { label: 'Target', render: ({ target }) => target },
  { label: 'Status', render: (connector) => <ConnectorStatusChip connector={connector} /> },
  { label: 'Comes from', render: ({ source }) => sourceWords[source] },
  { label: 'Token storage', render: ({ storeTokens }) => storageWords(storeTokens) },
  { label: 'Connections', align: 'right', render: ({ connectionCount }) => connectionCount },
];

const NewConnectorButton = () =>
  mayWrite() ? (
    <Button component={LinkBase} to="/connectors/create" variant="contained" startIcon={<AddIcon />}>
      Add a connector
    </Button>
  ) : null;

const ConnectorList = () => (
  <ResourceList<Connector>
    resource="connectors"
    title="Connectors"
    lead="The OAuth apps that Valetkey uses to connect accounts: added here, or set in the connectors file."
    actions={<NewConnectorButton />}
    sort={{ field: 'target', order: 'ASC' }}
    columns={columns}
    card={(connector) => (
      <CardLines
        title={connector.displayName}
        status={<ConnectorStatusChip connector={connector} />}
        lines={[
          connector.target,
          `${sourceWords[connector.source]}, ${connectionsInWords(connector.connectionCount).toLowerCase()}`,
        ]}
      />
    )}
    empty={
      <EmptyState icon={icon} title="No connectors are set up" action={<NewConnectorButton />}>
        Add one with the client id and secret of your OAuth app, or name a JSON file in{' '}
        <code>VALETKEY_CONNECTORS_FILE</code>.
      </EmptyState>
    }
  />
);

export default ConnectorList;
