import { useState, type ReactNode } from 'react';
import { Box, Button, Card, Checkbox, FormControlLabel, Stack } from '@mui/material';
import { Form, TextInput, required, useInput, type HttpError } from 'react-admin';
import type { Connector, ConnectorPreset } from '../api-types';
import { Code } from '../components/code';
import { Facts } from '../components/facts';
import { useSave } from '../components/use-save';
import { SubmitButton } from '../components/submit-button';
import { MoreFields, NeededEndpoints, ParameterFields } from './connector-fields';
import { fieldErrors, isAdvanced, type ConnectorValues } from './connector-values';

interface ConnectorFormProps {
  preset: ConnectorPreset;
  /** The connector as it is, when it is edited. */
  known?: Connector;
  values: ConnectorValues;
  submit: string;
  /** Sends the form; what it throws is shown at the fields that it is about. */
  save: (values: ConnectorValues) => Promise<void>;
  /** Above the fields, inside the form. */
  above?: ReactNode;
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

const Fixed = ({ known, preset }: { known: Connector; preset: ConnectorPreset }) => (
  <Facts
    dense
    facts={[
      ['Kind of server', preset.displayName],
      ['Target', <Code>{known.target}</Code>],
    ]}
  />
);

const Identity = ({ known, preset }: { known: Connector | undefined; preset: ConnectorPreset }) => (
  <>
    {known && <Fixed known={known} preset={preset} />}
    <ParameterFields preset={preset} />
    {!preset.userKey && (
      <>
        <TextInput
          source="clientId"
          label="Client id"
          validate={isRequired}
          autoComplete="off"
          helperText={false}
        />
        <SecretField known={known} />
      </>
    )}
    <NeededEndpoints preset={preset} />
    <TextInput source="displayName" label="Name" helperText="As users and operators see it." />
    {!known && (
      <TextInput
        source="target"
        label="Target"
        validate={isRequired}
        helperText={`Its name in addresses${preset.userKey ? '' : ', and part of the redirect URI'}: lower-case letters, digits and dashes.`}
      />
    )}
  </>
);
const isRequired = required();

const failures = {
  fieldErrors: ({ body }: HttpError) => fieldErrors(body ?? {}),
  otherwise: 'The connector could not be saved.',
};

/** Creates or edits a connector: only what its preset leaves open is asked for. */
export const ConnectorForm = ({ preset, known, values, submit, save, above }: ConnectorFormProps) => {
  const { busy, run } = useSave({ save, ...failures });
  const [open, setOpen] = useState(known !== undefined);
  const send = async (typed: ConnectorValues) => {
    const errors = await run(typed);
    if (errors && Object.keys(errors).some(isAdvanced)) setOpen(true);
    return errors;
  };
  return (
    <Form
      defaultValues={values}
      sanitizeEmptyValues={false}
      // Each error stands at its field.
      disableInvalidFormNotification
      onSubmit={(typed: unknown) => send(typed as ConnectorValues)}
    >
      {above}
      <Card sx={{ maxWidth: 760, p: { xs: 2, sm: 3 } }}>
        <Stack sx={{ gap: 2.5, alignItems: 'stretch' }}>
          <Identity known={known} preset={preset} />
          <Box>
            <Button variant="outlined" size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? 'Fewer settings' : 'More settings'}
            </Button>
          </Box>
          <MoreFields preset={preset} open={open} />
          <SubmitButton label={submit} busy={busy} />
        </Stack>
      </Card>
    </Form>
  );
};
