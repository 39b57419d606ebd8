import icon from '@mui/icons-material/PowerOutlined';
import type { Connector } from '../api-types';
import { CardLines } from '../components/cards';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
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

const ConnectorList = () => (
  <ResourceList<Connector>
    resource="connectors"
    title="Connectors"
    lead="The OAuth apps that Valetkey uses to connect accounts. They are set in the connectors file; this page only shows them."
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
      <EmptyState icon={icon} title="No connectors are set up">
        Write the client id and secret of your OAuth apps into a JSON file, name it in{' '}
        <code>VALETKEY_CONNECTORS_FILE</code> and start again.
      </EmptyState>
    }
  />
);

export default ConnectorList;
