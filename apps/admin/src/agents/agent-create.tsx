import { useState } from 'react';
import { Box, Card, FormHelperText, Stack } from '@mui/material';
import {
  BooleanInput,
  Form,
  SelectInput,
  TextInput,
  required,
  useDataProvider,
  useNavigate,
  useRefresh,
  type HttpError,
} from 'react-admin';
import { recordPath } from '../components/paths';
import { Page } from '../components/page';
import { ReadOnlyCard } from '../components/read-only-card';
import { useSave } from '../components/use-save';
import { SubmitButton } from '../components/submit-button';
import type { NewAgent, ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { userTokenWords } from './agent-status';
import { KeyDialog } from './key-dialog';

const userTokenChoices = Object.entries(userTokenWords).map(([id, name]) => ({ id, name }));
const back = { to: '/agents', label: 'Agents' };

/** A refusal of what was typed is about the name: nothing else is typed. */
const fieldErrors = ({ status, message }: HttpError): Record<string, string> =>
  [400, 409, 422].includes(status) ? { name: message } : {};

const ReadOnly = () => (
  <Page title="Create agent" back={back}>
    <ReadOnlyCard>Ask an owner or an admin to create the agent.</ReadOnlyCard>
  </Page>
);

const useCreateAgent = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [created, setCreated] = useState<{ id: string; name: string; key: string }>();
  const saving = useSave({
    save: async (agent: NewAgent) => setCreated(await api.createAgent({ ...agent, name: agent.name.trim() })),
    fieldErrors,
    otherwise: 'The agent could not be created.',
  });
  return { ...saving, created };
};

const Creating = () => {
  const { busy, created, run } = useCreateAgent();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const close = () => {
    refresh();
    navigate(created ? recordPath('agents', created.id) : '/agents');
  };
  return (
    <Page title="Create agent" lead="You get its first key in the next step." back={back}>
      <Card sx={{ maxWidth: 560, p: 3 }}>
        <Form
          defaultValues={{ name: '', rawTokens: false, userTokens: 'none' }}
          onSubmit={(values: unknown) => run(values as NewAgent)}
        >
          <Stack sx={{ gap: 2, alignItems: 'stretch' }}>
            <TextInput
              source="name"
              label="Name"
              validate={required()}
              autoFocus
              helperText="As it appears in the audit history, for example scheduling-assistant."
            />
            <Box>
              <BooleanInput source="rawTokens" label="May read raw access tokens" helperText={false} />
              <FormHelperText sx={{ mx: 0 }}>
                Off is safer: with its key the agent then acts through typed actions only. Turn it on for
                agents that call providers with their own code.
              </FormHelperText>
            </Box>
            <SelectInput
              source="userTokens"
              label="User tokens it may make"
              choices={userTokenChoices}
              validate={required()}
              helperText="A user token speaks for one user, and reads raw access tokens if you let it. The back end of an app makes them for its signed-in users; an agent that a language model steers needs none."
            />
            <SubmitButton label="Create agent" busy={busy} />
          </Stack>
        </Form>
      </Card>
      <KeyDialog agentName={created?.name ?? ''} agentKey={created?.key} onClose={close} />
    </Page>
  );
};

const AgentCreate = () => (mayWrite() ? <Creating /> : <ReadOnly />);

export default AgentCreate;
