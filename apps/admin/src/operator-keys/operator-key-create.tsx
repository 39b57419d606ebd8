import { useState } from 'react';
import { Card, Stack, Typography } from '@mui/material';
import {
  Form,
  RadioButtonGroupInput,
  SelectInput,
  TextInput,
  required,
  useDataProvider,
  useNavigate,
  useRefresh,
  type HttpError,
} from 'react-admin';
import type { CreatedOperatorKey, NewOperatorKey, OperatorRole } from '../api-types';
import { Page } from '../components/page';
import { recordPath } from '../components/paths';
import { ReadOnlyCard } from '../components/read-only-card';
import { roleHints, roleWords } from '../components/role-words';
import { SecretDialog } from '../components/secret-dialog';
import { SubmitButton } from '../components/submit-button';
import { useSave } from '../components/use-save';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { isOwner } from '../providers/session';

const back = { to: '/operator-keys', label: 'Operator keys' };
const roles = (Object.keys(roleWords) as OperatorRole[]).map((id) => ({
  id,
  name:
    id === 'owner'
      ? 'Owner: Does everything but change operators and operator keys.'
      : `${roleWords[id]}: ${roleHints[id]}`,
}));
const NEVER = 0;
const lives = [
  { id: 7, name: '7 days' },
  { id: 30, name: '30 days' },
  { id: 90, name: '90 days' },
  { id: 365, name: 'One year' },
  { id: NEVER, name: 'Never' },
];

interface Entered {
  name: string;
  role: OperatorRole;
  days: number;
}

/** A refusal of what was typed is about the name: all else is chosen. */
const fieldErrors = ({ status, message }: HttpError): Record<string, string> =>
  [400, 409].includes(status) ? { name: message } : {};

const wanted = ({ name, role, days }: Entered): NewOperatorKey => ({
  name: name.trim(),
  role,
  expiresInDays: days === NEVER ? null : days,
});

const KeyForm = ({ busy, run }: { busy: boolean; run: (entered: Entered) => unknown }) => (
  <Form
    defaultValues={{ name: '', role: 'auditor', days: 90 }}
    onSubmit={(values: unknown) => run(values as Entered)}
  >
    <Stack sx={{ gap: 2, alignItems: 'stretch' }}>
      <TextInput
        source="name"
        label="Name"
        validate={required()}
        autoFocus
        helperText="What it is for, for example nightly-audit-export."
      />
      <RadioButtonGroupInput
        source="role"
        label="Role"
        choices={roles}
        row={false}
        validate={required()}
        helperText={false}
      />
      <SelectInput
        source="days"
        label="Expires after"
        choices={lives}
        validate={required()}
        helperText={false}
      />
      <SubmitButton label="Make operator key" busy={busy} />
    </Stack>
  </Form>
);

const Creating = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [made, setMade] = useState<CreatedOperatorKey>();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const { busy, run } = useSave({
    save: async (entered: Entered) => setMade(await api.createOperatorKey(wanted(entered))),
    fieldErrors,
    otherwise: 'The key could not be made.',
  });
  const close = () => {
    refresh();
    navigate(made ? recordPath('operator-keys', made.id) : back.to);
  };
  return (
    <Page title="Make operator key" lead="You get the key in the next step." back={back}>
      <Card sx={{ maxWidth: 640, p: 3 }}>
        <KeyForm busy={busy} run={run} />
      </Card>
      <SecretDialog
        title={`Key ${made?.name ?? ''}`}
        warning="Copy the key now. It is stored as a hash only and cannot be shown again."
        label="Operator key"
        secret={made?.key}
        confirm="I have stored the key"
        onClose={close}
      >
        <Typography variant="body2" color="textSecondary">
          Programs send it as <code>Authorization: Bearer</code>. It ends when you are an owner no more.
        </Typography>
      </SecretDialog>
    </Page>
  );
};

const OperatorKeyCreate = () =>
  isOwner() ? (
    <Creating />
  ) : (
    <Page title="Make operator key" back={back}>
      <ReadOnlyCard>Only owners make operator keys. Ask one of them.</ReadOnlyCard>
    </Page>
  );

export default OperatorKeyCreate;
