import { Box, Typography } from '@mui/material';
import { Link } from 'react-admin';
import type { Connector } from '../api-types';
import { Code } from '../components/code';
import { CopyField } from '../components/copy-field';
import { Facts, type Fact } from '../components/facts';
import { filteredPath } from '../components/paths';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { connectionsInWords } from '../users/user-words';
import { ConnectorCommands } from './connector-commands';
import { ConnectorTestSection } from './connector-test';
import { ConnectorStatusChip, sourceWords, storageWords } from './connector-words';

const back = { to: '/connectors', label: 'Connectors' };

const capitalized = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

const RedirectUri = ({ connector }: { connector: Connector }) => (
  <Section title="Redirect URI">
    <Box sx={{ p: 2.5 }}>
      <Typography variant="body2" color="textSecondary" sx={{ mb: 1.5 }}>
        Enter it at the provider as the allowed redirect address of the OAuth app, exactly as it is here.
      </Typography>
      <CopyField value={connector.callbackUrl} label="Redirect URI" />
    </Box>
  </Section>
);

/** A connector of keys has neither client nor refresh tokens. */
const clientFacts = ({ clientId, hasClientSecret, offlineAccess }: Connector): Fact[] =>
  clientId === ''
    ? [['Users', 'Enter a key that they make at the provider']]
    : [
        ['Client id', <Code>{clientId}</Code>],
        ['Client secret', hasClientSecret ? 'Sealed, never shown' : 'None: a public client'],
        ['Refresh tokens', offlineAccess ? 'Asked for' : 'Not asked for'],
      ];

const Shown = ({ connector }: { connector: Connector }) => (
  <Page
    title={connector.displayName}
    back={back}
    lead={connector.readOnlyBecause}
    actions={<ConnectorCommands connector={connector} />}
  >
    <ConnectorTestSection connector={connector} />
    {connector.clientId !== '' && <RedirectUri connector={connector} />}
    <Section title="Facts">
      <Facts
        facts={[
          ['Status', <ConnectorStatusChip connector={connector} />],
          ['Target', <Code>{connector.target}</Code>],
          ['Preset', <Code>{connector.preset}</Code>],
          ...clientFacts(connector),
          ['Comes from', sourceWords[connector.source]],
          ['Token storage', storageWords(connector.storeTokens)],
          ...Object.entries(connector.parameters ?? {}).map(([name, value]): Fact => [
            capitalized(name),
            <Code>{value}</Code>,
          ]),
          ...Object.entries(connector.endpoints).map(([name, url]): Fact => [
            `Own ${name} address`,
            <Code>{url}</Code>,
          ]),
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
  <RecordPage<Connector>
    resource="connectors"
    what="Connector"
    back={back}
    pollMs={({ dropping }) => (dropping ? 2_000 : false)}
  >
    {(connector) => <Shown connector={connector} />}
  </RecordPage>
);

export default ConnectorShow;
