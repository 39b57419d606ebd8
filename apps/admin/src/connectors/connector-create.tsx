import { Alert } from '@mui/material';
import { useDataProvider, useGetList, useNavigate, useNotify, useRefresh } from 'react-admin';
import type { Connector } from '../api-types';
import { Page } from '../components/page';
import { ReadOnlyCard } from '../components/read-only-card';
import { recordPath } from '../components/paths';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { ConnectorForm } from './connector-form';
import { emptyConnector, newConnector, type ConnectorValues } from './connector-values';

const back = { to: '/connectors', label: 'Connectors' };

/** Warns that the first own connector ends the demo. */
const EndOfDemo = () => {
  const { data = [] } = useGetList<Connector>('connectors', { pagination: { page: 1, perPage: 100 } });
  if (!data.some(({ source, disabledAt }) => source === 'demo' && !disabledAt)) return null;
  return (
    <Alert severity="info" variant="outlined" sx={{ mb: 2, maxWidth: 640 }}>
      With a connector of your own the demo does not start again, unless VALETKEY_DEMO=on says so: its agent
      and its connections stop working at the next start. A target of the demo can be taken over after that.
    </Alert>
  );
};

const Creating = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const save = async (values: ConnectorValues) => {
    const { id, displayName } = await api.createConnector(newConnector(values));
    notify(`${displayName} is created.`, { type: 'success' });
    refresh();
    navigate(recordPath('connectors', id));
  };
  return (
    <Page title="Create connector" lead="The OAuth app that you registered at a provider." back={back}>
      <EndOfDemo />
      <ConnectorForm values={emptyConnector} submit="Create connector" save={save} />
    </Page>
  );
};

const ReadOnly = () => (
  <Page title="Create connector" back={back}>
    <ReadOnlyCard>Ask an owner or an admin to create the connector.</ReadOnlyCard>
  </Page>
);

const ConnectorCreate = () => (mayWrite() ? <Creating /> : <ReadOnly />);

export default ConnectorCreate;
