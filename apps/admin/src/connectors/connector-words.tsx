import BlockIcon from '@mui/icons-material/Block';
import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import type { Connector } from '../api-types';
import { StatusChip } from '../components/status-chip';

export const sourceWords: Record<Connector['source'], string> = {
  file: 'Connectors file',
  demo: 'Demo (provider twin)',
  operator: 'Added by an operator',
};

export const storageWords = (storeTokens: boolean): string =>
  storeTokens ? 'Tokens are stored' : 'Tokens are not stored';

export const ConnectorStatusChip = ({ connector }: { connector: Connector }) =>
  connector.dropping ? (
    <StatusChip
      status="dropping"
      look={{ label: 'Disabled, disconnecting', tone: 'warn', icon: BlockIcon }}
    />
  ) : connector.disabledAt ? (
    <StatusChip status="disabled" look={{ label: 'Disabled', tone: 'idle', icon: BlockIcon }} />
  ) : (
    <StatusChip status="enabled" look={{ label: 'Enabled', tone: 'ok', icon: CheckCircleIcon }} />
  );
