import { Box, Card, Checkbox, FormControlLabel, Stack, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import {
  Form,
  FormDataConsumer,
  SelectInput,
  TextInput,
  required,
  useDataProvider,
  useInput,
  type HttpError,
} from 'react-admin';
import type { Connector, ConnectorPreset } from '../api-types';
import { Code } from '../components/code';
import { CopyField } from '../components/copy-field';
import { Facts } from '../components/facts';
import { ErrorState, LoadingRows } from '../components/states';
import { useSave } from '../components/use-save';
import { SubmitButton } from '../components/submit-button';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { EndpointFields, SwitchFields } from './connector-fields';
import { fieldErrors, type ConnectorValues } from './connector-values';

interface ConnectorFormProps {
  /** The connector as it is, when it is edited. */
  known?: Connector;
  values: ConnectorValues;
  submit: string;
  /** Sends the form; what it throws is shown at the fields that it is about. */
  save: (values: ConnectorValues) => Promise<void>;
}

const NoSecret = () => {
  const { field } = useInput({ source: 'noClientSecret' });
  return (
    <FormControlLabel
      control={<Checkbox size="small" checked={field.value === true} onChange={field.onChange} />}
      label="Remove the stored secret"
    />
  );
};

const SecretField = ({ known }: { known: Connector | undefined }) => (
  <Box>
    <TextInput
      source="clientSecret"
      label="Client secret"
      type="password"
      autoComplete="new-password"
      helperText={
        known?.hasClientSecret
          ? 'Stored; leave empty to keep it.'
          : 'Sealed when it is stored, and never shown again. Empty for a public client.'
      }
    />
    {known?.hasClientSecret && <NoSecret />}
  </Box>
);

const Fixed = ({ known, presets }: { known: Connector; presets: ConnectorPreset[] }) => (
  <Facts
    dense
    facts={[
      ['Kind of server', presets.find(({ id }) => id === known.preset)?.displayName ?? known.preset],
      ['Target', <Code>{known.target}</Code>],
    ]}
  />
);

const Chosen = ({ presets }: { presets: ConnectorPreset[] }) => (
  <>
    <SelectInput
      source="preset"
      label="Kind of server"
      choices={presets}
      optionText="displayName"
      validate={required()}
      helperText="OAuth 2.0 and OpenID Connect stand for any other server."
    />
    <TextInput
      source="target"
      label="Target"
      validate={required()}
      helperText="Its key in addresses: lower-case letters, digits and dashes, like acme-crm."
    />
  </>
);

const Identity = ({ known, presets }: { known: Connector | undefined; presets: ConnectorPreset[] }) => (
  <>
    {known ? <Fixed known={known} presets={presets} /> : <Chosen presets={presets} />}
    <TextInput source="displayName" label="Name" helperText="As users and operators see it." />
    <TextInput
      source="clientId"
      label="Client id"
      validate={required()}
      autoComplete="off"
      helperText={false}
    />
    <SecretField known={known} />
  </>
);

const CallbackAddress = ({ preset, target }: { preset: ConnectorPreset; target: string | undefined }) => (
  <Box>
    <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
      Register this callback address at the provider, exactly as it is here.
    </Typography>
    {target ? (
      <CopyField value={preset.callbackUrl.replace('{target}', target)} label="Callback address" />
    ) : (
      <Typography variant="body2">It is shown here as soon as the target is chosen.</Typography>
    )}
  </Box>
);

const failures = {
  fieldErrors: ({ body }: HttpError) => fieldErrors(body ?? {}),
  otherwise: 'The connector could not be saved.',
};

const usePresets = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return useQuery({ queryKey: ['connector-presets'], queryFn: () => api.connectorPresets(), retry: false });
};

/** Creates or edits a connector: only the addresses that the chosen preset leaves open are asked for. */
export const ConnectorForm = ({ known, values, submit, save }: ConnectorFormProps) => {
  const { data: presets, error, refetch } = usePresets();
  const { busy, run } = useSave({ save, ...failures });
  if (!presets) {
    return (
      <Card sx={{ maxWidth: 640 }}>
        {error ? (
          <ErrorState error={error} what="The kinds of servers" onRetry={() => void refetch()} />
        ) : (
          <LoadingRows rows={6} />
        )}
      </Card>
    );
  }
  return (
    <Card sx={{ maxWidth: 640, p: { xs: 2, sm: 3 } }}>
      <Form
        defaultValues={values}
        sanitizeEmptyValues={false}
        // Each error stands at its field.
        disableInvalidFormNotification
        onSubmit={(typed: unknown) => run(typed as ConnectorValues)}
      >
        <Stack sx={{ gap: 2.5, alignItems: 'stretch' }}>
          <Identity known={known} presets={presets} />
          <FormDataConsumer<ConnectorValues>>
            {({ formData }) => {
              const preset = presets.find(({ id }) => id === (known?.preset ?? formData.preset));
              if (!preset) return null;
              return (
                <Stack key={preset.id} sx={{ gap: 3, alignItems: 'stretch' }}>
                  <CallbackAddress preset={preset} target={known?.target ?? formData.target} />
                  <EndpointFields preset={preset} own={values.endpoints} />
                  <SwitchFields preset={preset} />
                </Stack>
              );
            }}
          </FormDataConsumer>
          <SubmitButton label={submit} busy={busy} />
        </Stack>
      </Form>
    </Card>
  );
};
