import { Box, Typography } from '@mui/material';
import { Link } from 'react-admin';
import type { Connector } from '../api-types';
import { Code } from '../components/code';
import { CopyField } from '../components/copy-field';
import { Facts } from '../components/facts';
import { filteredPath } from '../components/paths';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { connectionsInWords } from '../users/user-words';
import { ConnectorStatusChip, sourceWords, storageWords } from './connector-words';

const back = { to: '/connectors', label: 'Connectors' };

const Shown = ({ connector }: { connector: Connector }) => (
  <Page title={connector.displayName} back={back}>
    <Section title="Callback address">
      <Box sx={{ p: 2.5 }}>
        <Typography variant="body2" color="textSecondary" sx={{ mb: 1.5 }}>
          Enter it at the provider as the allowed redirect address of the OAuth app, exactly as it is here.
        </Typography>
        <CopyField value={connector.callbackUrl} label="Callback address" />
      </Box>
    </Section>
    <Section title="Facts">
      <Facts
        facts={[
          ['Status', <ConnectorStatusChip connector={connector} />],
          ['Target', <Code>{connector.target}</Code>],
          ['Preset', <Code>{connector.preset}</Code>],
          ['Client id', <Code>{connector.clientId}</Code>],
          ['Client secret', 'Sealed, never shown'],
          ['Comes from', sourceWords[connector.source]],
          ['Token storage', storageWords(connector.storeTokens)],
          [
            'Used by',
            <Link to={filteredPath('connections', { target: connector.target })}>
              {connectionsInWords(connector.connectionCount)}
            </Link>,
          ],
          ['Connector id', <Code>{connector.id}</Code>],
        ]}
      />
    </Section>
  </Page>
);

const ConnectorShow = () => (
  <RecordPage<Connector> resource="connectors" what="Connector" back={back}>
    {(connector) => <Shown connector={connector} />}
  </RecordPage>
);

export default ConnectorShow;
