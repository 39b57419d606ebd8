import { Alert, Box, Typography } from '@mui/material';
import { FormDataConsumer, Link, useDataProvider, useNavigate, useNotify, useRefresh } from 'react-admin';
import type { Connector, ConnectorPreset } from '../../api-types';
import { recordPath } from '../../components/paths';
import type { ValetkeyDataProvider } from '../../providers/data-provider';
import { ConnectorForm } from '../connector-form';
import { emptyConnector, newConnector, type ConnectorValues } from '../connector-values';
import { AskedOfUsers } from './asked-of-users';
import { freeTarget } from './gallery-items';
import { ProviderSteps } from './provider-steps';

/** Warns that the first own connector ends the demo. */
const EndOfDemo = ({ connectors }: { connectors: Connector[] }) => {
  if (!connectors.some(({ source, disabledAt }) => source === 'demo' && !disabledAt)) return null;
  return (
    <Alert severity="info" variant="outlined" sx={{ mb: 3 }}>
      With a connector of your own the demo does not start again, unless VALETKEY_DEMO=on says so: its agent
      and its connections stop working at the next start. A target of the demo can be taken over after that.
    </Alert>
  );
};

/** Says that a second one may not be needed. */
const OneIsThere = ({ preset, api, connectors }: AddConnectorProps) => {
  const there = connectors.filter((one) => one.preset === preset.id && !one.disabledAt);
  if (there.length === 0) return null;
  const isOther = api !== undefined && api.id !== preset.id;
  return (
    <Alert severity="info" variant="outlined" sx={{ mb: 3 }}>
      {there.map(({ id, displayName }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link to={recordPath('connectors', id)}>{displayName}</Link>
        </span>
      ))}{' '}
      {there.length === 1 ? 'is there already.' : 'are there already.'}{' '}
      {isOther
        ? `Its client serves ${api.displayName} as well: what is said of it below is all that there is to do.`
        : 'Add another for another app or another tenant.'}
    </Alert>
  );
};

const useAdd = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const navigate = useNavigate();
  const refresh = useRefresh();
  return async (values: ConnectorValues) => {
    const { id, displayName } = await api.createConnector(newConnector(values));
    notify(`${displayName} is added.`, { type: 'success' });
    refresh();
    navigate(recordPath('connectors', id), { state: { isNew: true } });
  };
};

interface AddConnectorProps {
  preset: ConnectorPreset;
  /** The API that was chosen: the preset's own, or one that takes the tokens of its client. */
  api: ConnectorPreset['apis'][number] | undefined;
  connectors: Connector[];
}

/** From the steps at the provider to the stored client, on one page. */
export const AddConnector = (props: AddConnectorProps) => {
  const { preset, api, connectors } = props;
  const save = useAdd();
  const values = { ...emptyConnector, preset: preset.id, target: freeTarget(preset.id, connectors) };
  return (
    <Box sx={{ maxWidth: 760 }}>
      <EndOfDemo connectors={connectors} />
      <OneIsThere {...props} />
      <ConnectorForm
        preset={preset}
        values={values}
        submit="Add connector"
        save={save}
        above={
          <>
            <FormDataConsumer<ConnectorValues>>
              {({ formData }) => (
                <ProviderSteps preset={preset} api={api} target={formData.target?.trim() ?? ''} />
              )}
            </FormDataConsumer>
            {!preset.userKey && <AskedOfUsers preset={preset} chosen={api} />}
            <Typography variant="h2" sx={{ mb: 1.25 }}>
              {preset.userKey ? 'Add it' : '2. Enter the client'}
            </Typography>
          </>
        }
      />
    </Box>
  );
};
