import { useEffect, useRef, useState } from 'react';
import { Alert, Box, Button, Stack, Typography } from '@mui/material';
import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import ErrorIcon from '@mui/icons-material/ErrorOutlined';
import HelpIcon from '@mui/icons-material/HelpOutlineOutlined';
import TestIcon from '@mui/icons-material/TroubleshootOutlined';
import { useDataProvider, useLocation } from 'react-admin';
import type { Connector, ConnectorTest } from '../api-types';
import { ListRow } from '../components/list-row';
import { Section } from '../components/section';
import { StatusChip, type StatusLook } from '../components/status-chip';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { OwnAccount } from './own-account';

const looks: Record<ConnectorTest['result'], StatusLook> = {
  passed: { label: 'Works', tone: 'ok', icon: CheckCircleIcon },
  failed: { label: 'Failed', tone: 'bad', icon: ErrorIcon },
  unclear: { label: 'Unclear', tone: 'idle', icon: HelpIcon },
};
const parts: Record<ConnectorTest['parts'][number]['part'], string> = {
  discovery: 'Discovery document',
  authorization: 'Consent page',
  token: 'Client and secret',
  account: 'Account',
};

type State = { busy: boolean; test?: ConnectorTest; error?: string };

/** Asks at once where the connector was added just now. */
const useTest = ({ id }: Connector) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [state, setState] = useState<State>({ busy: false });
  const run = async () => {
    setState({ busy: true });
    try {
      setState({ busy: false, test: await api.testConnector(id) });
    } catch (error) {
      setState({ busy: false, error: error instanceof Error ? error.message : 'Something went wrong.' });
    }
  };
  const isNew = (useLocation().state as { isNew?: boolean } | null)?.isNew === true;
  const begun = useRef(false);
  useEffect(() => {
    if (!isNew || begun.current) return;
    begun.current = true;
    void run();
  });
  return { ...state, run };
};

const Part = ({ part }: { part: ConnectorTest['parts'][number] }) => (
  <ListRow>
    <Box sx={{ minWidth: 0 }}>
      <Typography variant="body1" sx={{ fontWeight: 600 }}>
        {parts[part.part]}
      </Typography>
      <Typography variant="body2" color="textSecondary">
        {part.detail}
      </Typography>
      {part.advice && <Typography variant="body2">{part.advice}</Typography>}
    </Box>
    <StatusChip status={part.result} look={looks[part.result]} />
  </ListRow>
);

const Result = ({ busy, test, error }: State) => (
  <Box aria-live="polite" aria-busy={busy}>
    {busy && (
      <Typography variant="body2" color="textSecondary" sx={{ px: 2.5, pb: 2 }}>
        The server is being asked …
      </Typography>
    )}
    {error && (
      <Alert severity="error" variant="outlined" sx={{ mx: 2.5, mb: 2 }}>
        {error}
      </Alert>
    )}
    {test && (
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, borderTop: 1, borderColor: 'divider' }}>
        {test.parts.map((part) => (
          <Part key={part.part} part={part} />
        ))}
      </Box>
    )}
  </Box>
);

/** Finds out whether the connector works, before a user does. */
export const ConnectorTestSection = ({ connector }: { connector: Connector }) => {
  const { run, ...state } = useTest(connector);
  if (!mayWrite()) return null;
  return (
    <Section title="Live test">
      <Stack
        direction={{ xs: 'column', sm: 'row' }}
        sx={{ p: 2.5, gap: 2, alignItems: { sm: 'center' }, justifyContent: 'space-between' }}
      >
        <Typography variant="body2" color="textSecondary" sx={{ maxWidth: 560 }}>
          {connector.clientId === ''
            ? 'Asks the provider with a made-up key, to see that it answers.'
            : 'Asks the server with a made-up code whether it knows the client and its secret.'}{' '}
          No account is needed, and nothing is stored.
        </Typography>
        <Button
          variant="outlined"
          startIcon={<TestIcon />}
          loading={state.busy}
          loadingPosition="start"
          onClick={() => void run()}
          sx={{ flex: 'none' }}
        >
          Test the server
        </Button>
      </Stack>
      <Result {...state} />
      {!connector.disabledAt && <OwnAccount connector={connector} />}
    </Section>
  );
};
