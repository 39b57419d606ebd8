import { useState } from 'react';
import { Card } from '@mui/material';
import { HttpError, useDataProvider, useNavigate, useNotify, useRefresh } from 'react-admin';
import type { Connector } from '../api-types';
import { ConfirmDialog } from '../components/confirm-dialog';
import { Page } from '../components/page';
import { recordPath } from '../components/paths';
import { RecordPage } from '../components/record-page';
import { EmptyState } from '../components/states';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { ConnectorForm } from './connector-form';
import { WithPresets } from './with-presets';
import { connectorChange, valuesOf, type ConnectorValues } from './connector-values';

const isInUse = (error: unknown): error is HttpError =>
  error instanceof HttpError && error.body?.code === 'connector_in_use';

/** Sends a change; one that living connections do not survive is asked about first. */
const useChange = (connector: Connector) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const [asking, setAsking] = useState<ConnectorValues>();
  const send = async (values: ConnectorValues, confirm: boolean) => {
    await api.changeConnector(connector.id, { ...connectorChange(values), ...(confirm ? { confirm } : {}) });
    notify('The connector is changed.', { type: 'success' });
    refresh();
    navigate(recordPath('connectors', connector.id));
  };
  const save = async (values: ConnectorValues) => {
    try {
      await send(values, false);
    } catch (error) {
      if (!isInUse(error)) throw error;
      setAsking(values);
    }
  };
  const answer = async (yes: boolean) => {
    try {
      if (yes && asking) await send(asking, true);
    } catch (error) {
      notify(error instanceof Error ? error.message : 'The connector could not be changed.', {
        type: 'error',
      });
    }
    setAsking(undefined);
  };
  return { save, asking, answer };
};

const Editing = ({ connector }: { connector: Connector }) => {
  const { save, asking, answer } = useChange(connector);
  const back = { to: recordPath('connectors', connector.id), label: connector.displayName };
  const why = mayWrite() ? connector.readOnlyBecause : 'Ask an owner or an admin to change it.';
  return (
    <Page title={`Edit ${connector.displayName}`} back={back}>
      {why ? (
        <Card>
          <EmptyState title="This connector cannot be changed here">{why}</EmptyState>
        </Card>
      ) : (
        <WithPresets>
          {(presets) => {
            const preset = presets.find(({ id }) => id === connector.preset);
            return (
              preset && (
                <ConnectorForm
                  preset={preset}
                  known={connector}
                  values={valuesOf(connector)}
                  submit="Save changes"
                  save={save}
                />
              )
            );
          }}
        </WithPresets>
      )}
      <ConfirmDialog
        open={asking !== undefined}
        busy={false}
        color="error"
        ask={{
          title: 'Change the client or its server?',
          content: `${connector.storedConnectionCount} connections hold tokens of the client as it is. They cannot be refreshed by another: once their access tokens expire, the users have to connect again.`,
          confirm: 'Change it all the same',
        }}
        onAnswer={(yes) => void answer(yes)}
      />
    </Page>
  );
};

const ConnectorEdit = () => (
  <RecordPage<Connector>
    resource="connectors"
    what="Connector"
    back={{ to: '/connectors', label: 'Connectors' }}
  >
    {(connector) => <Editing connector={connector} />}
  </RecordPage>
);

export default ConnectorEdit;
