import { Box } from '@mui/material';
import { Link } from 'react-admin';
import type { Connection } from '../api-types';
import { RecentEvents } from '../audit-events/recent-events';
import { Code } from '../components/code';
import { Facts } from '../components/facts';
import { UserLink } from '../components/names';
import { filteredPath } from '../components/paths';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { ConnectionCommands } from './connection-commands';
import { connectionFacts } from './connection-card';
import { ScopeList } from './scope-list';
import { TokenStatusExplained } from './token-status';
import { accountName, connectionName } from './token-status-words';

const back = { to: '/connections', label: 'Connections' };

const Details = ({ connection }: { connection: Connection }) => (
  <Facts
    dense
    facts={[
      ['User', <UserLink id={connection.userId} />],
      ['Account', accountName(connection)],
      ['Account id', <Code>{connection.account.id}</Code>],
      ['Connector', connection.target],
      ['Connection id', <Code>{connection.id}</Code>],
    ]}
  />
);

const Shown = ({ connection }: { connection: Connection }) => (
  <Page
    title={`${connectionName(connection)} of ${connection.userId}`}
    back={back}
    actions={<ConnectionCommands connection={connection} />}
  >
    <Section title="Token status">
      <Box sx={{ p: 2.5, display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr', md: '1fr 1fr' } }}>
        <TokenStatusExplained connection={connection} />
        {connectionFacts(connection)}
      </Box>
    </Section>
    <Box sx={{ display: 'grid', columnGap: 3, gridTemplateColumns: { xs: '1fr', md: '1fr 1fr' } }}>
      <Section title="Account">
        <Box sx={{ p: 2.5 }}>
          <Details connection={connection} />
        </Box>
      </Section>
      <Section title="What the user allowed">
        <Box sx={{ p: 2.5 }}>
          <ScopeList connection={connection} />
        </Box>
      </Section>
    </Box>
    <Section
      title="History"
      action={<Link to={filteredPath('audit-events', { connectionId: connection.id })}>See all</Link>}
    >
      <RecentEvents filter={{ connectionId: connection.id }} empty="Nobody has used this connection yet" />
    </Section>
  </Page>
);

const ConnectionShow = () => (
  <RecordPage<Connection> resource="connections" what="Connection" back={back}>
    {(connection) => <Shown connection={connection} />}
  </RecordPage>
);

export default ConnectionShow;
