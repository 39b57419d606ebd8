import { useState } from 'react';
import { Card, Stack } from '@mui/material';
import {
  email,
  Form,
  RadioButtonGroupInput,
  TextInput,
  required,
  useDataProvider,
  useNavigate,
  useRefresh,
  type HttpError,
} from 'react-admin';
import type { InvitedOperator, Operator, OperatorRole } from '../api-types';
import { Page } from '../components/page';
import { recordPath } from '../components/paths';
import { roleHints, roleWords } from '../components/role-words';
import { EmptyState } from '../components/states';
import { SubmitButton } from '../components/submit-button';
import { useSave } from '../components/use-save';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { isOwner } from '../providers/session';
import { InvitationDialog } from './invitation-dialog';

const back = { to: '/operators', label: 'Operators' };
const choices = (Object.keys(roleWords) as OperatorRole[]).map((id) => ({
  id,
  name: `${roleWords[id]}: ${roleHints[id]}`,
}));

/** A refusal of what was typed is about the e-mail: a role is one of three. */
const fieldErrors = ({ status, message }: HttpError): Record<string, string> =>
  [400, 409].includes(status) ? { email: message } : {};

const Inviting = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [invited, setInvited] = useState<InvitedOperator>();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const { busy, run } = useSave({
    save: async ({ email: address, role }: Pick<Operator, 'email' | 'role'>) =>
      setInvited(await api.inviteOperator({ email: address.trim(), role })),
    fieldErrors,
    otherwise: 'The operator could not be invited.',
  });
  const close = () => {
    refresh();
    navigate(invited ? recordPath('operators', invited.id) : '/operators');
  };
  return (
    <Page title="Invite operator" lead="You get a link for them in the next step." back={back}>
      <Card sx={{ maxWidth: 640, p: 3 }}>
        <Form
          defaultValues={{ email: '', role: 'admin' }}
          onSubmit={(values: unknown) => run(values as Pick<Operator, 'email' | 'role'>)}
        >
          <Stack sx={{ gap: 2, alignItems: 'stretch' }}>
            <TextInput
              source="email"
              label="Email"
              type="email"
              validate={[required(), email()]}
              autoFocus
              helperText="They sign in with it. No mail is sent to it."
            />
            <RadioButtonGroupInput
              source="role"
              label="Role"
              choices={choices}
              row={false}
              validate={required()}
              helperText={false}
            />
            <SubmitButton label="Invite operator" busy={busy} />
          </Stack>
        </Form>
      </Card>
      <InvitationDialog invited={invited} onClose={close} />
    </Page>
  );
};

const OperatorInvite = () =>
  isOwner() ? (
    <Inviting />
  ) : (
    <Page title="Invite operator" back={back}>
      <Card>
        <EmptyState title="Only owners invite operators">Ask one of them.</EmptyState>
      </Card>
    </Page>
  );

export default OperatorInvite;
