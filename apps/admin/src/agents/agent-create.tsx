import { useState } from 'react';
import { Box, Button, Card, FormHelperText, Stack } from '@mui/material';
import {
  BooleanInput,
  Form,
  HttpError,
  SelectInput,
  TextInput,
  required,
  useDataProvider,
  useNavigate,
  useNotify,
  useRefresh,
} from 'react-admin';
import { recordPath } from '../components/paths';
import { Page } from '../components/page';
import { EmptyState } from '../components/states';
import type { NewAgent, ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { userTokenWords } from './agent-status';
import { KeyDialog } from './key-dialog';

const userTokenChoices = Object.entries(userTokenWords).map(([id, name]) => ({ id, name }));
const back = { to: '/agents', label: 'Agents' };

/** A refusal of what was typed belongs to the field; anything else is said aside. */
const isAboutInput = (error: unknown): error is HttpError =>
  error instanceof HttpError && [400, 409, 422].includes(error.status);

const ReadOnly = () => (
  <Page title="Create agent" back={back}>
    <Card>
      <EmptyState title="Auditors can look at everything and change nothing">
        Ask an owner or an admin to create the agent.
      </EmptyState>
    </Card>
  </Page>
);

const useCreateAgent = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const [busy, setBusy] = useState(false);
  const [created, setCreated] = useState<{ id: string; name: string; key: string }>();
  const create = async (agent: NewAgent) => {
    setBusy(true);
    try {
      setCreated(await api.createAgent({ ...agent, name: agent.name.trim() }));
      return undefined;
    } catch (error) {
      if (isAboutInput(error)) return { name: error.message };
      notify(error instanceof Error ? error.message : 'The agent could not be created.', { type: 'error' });
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { busy, created, create };
};

const Creating = () => {
  const { busy, created, create } = useCreateAgent();
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
          defaultValues={{ name: '', rawTokens: false, userTokens: 'any' }}
          onSubmit={(values: unknown) => create(values as NewAgent)}
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
                Off is safer: the agent then acts through typed actions and never sees a token. Turn it on
                only for agents that call providers with their own code.
              </FormHelperText>
            </Box>
            <SelectInput
              source="userTokens"
              label="User tokens"
              choices={userTokenChoices}
              validate={required()}
              helperText="The back end of an app mints them for its signed-in users. An agent that a language model steers needs none."
            />
            <Box>
              <Button type="submit" variant="contained" loading={busy}>
                Create agent
              </Button>
            </Box>
          </Stack>
        </Form>
      </Card>
      <KeyDialog agentName={created?.name ?? ''} agentKey={created?.key} onClose={close} />
    </Page>
  );
};

const AgentCreate = () => (mayWrite() ? <Creating /> : <ReadOnly />);

export default AgentCreate;
