import { useState } from 'react';
import { Alert, Box, Button, Stack, TextField, Typography } from '@mui/material';
import OpenIcon from '@mui/icons-material/OpenInNew';
import { useQuery } from '@tanstack/react-query';
import { Link, useDataProvider } from 'react-admin';
import type { Authorization, Connector } from '../api-types';
import { recordPath } from '../components/paths';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { authorizationAdvice } from './authorization-advice';
import { usePresets } from './with-presets';

const POLL_MS = 2_000;

/** How a link that was made stands, until it has ended. */
const useAuthorization = (made: Authorization | undefined) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const { data } = useQuery({
    queryKey: ['authorizations', made?.id],
    queryFn: () => api.authorization(made?.id ?? ''),
    enabled: made !== undefined,
    refetchInterval: ({ state }) => (state.data && state.data.status !== 'pending' ? false : POLL_MS),
  });
  return data ?? made;
};

const Progress = ({ authorization }: { authorization: Authorization }) => {
  const { status, connectionId, authorizationUri } = authorization;
  if (status === 'completed')
    return (
      <Alert severity="success" variant="outlined">
        It works: the account is connected.{' '}
        {connectionId && <Link to={recordPath('connections', connectionId)}>See the connection</Link>}
      </Alert>
    );
  return (
    <>
      <Alert severity={status === 'pending' ? 'info' : 'error'} variant="outlined">
        {authorizationAdvice(authorization)}
      </Alert>
      {status === 'pending' && (
        <Box>
          <Button
            component="a"
            href={authorizationUri}
            target="_blank"
            rel="noreferrer"
            variant="contained"
            endIcon={<OpenIcon />}
          >
            Open the link
          </Button>
        </Box>
      )}
    </>
  );
};

/** The scopes that the preset's own API asks for by default: without any, some servers refuse the request. */
const useScopes = ({ preset: id }: Connector) => {
  const presets = usePresets().data ?? [];
  const api = presets.find((preset) => preset.id === id)?.apis.find((one) => one.id === id);
  return (api?.scopeDescriptions ?? []).flatMap(({ name, isDefault }) => (isDefault ? [name] : []));
};

const useLink = (connector: Connector) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const scopes = useScopes(connector);
  const [made, setMade] = useState<Authorization>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const make = async (userId: string) => {
    setBusy(true);
    setError(undefined);
    try {
      setMade(await api.authorize({ userId, target: connector.target, scopes }));
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : 'Something went wrong.');
    } finally {
      setBusy(false);
    }
  };
  return { made, busy, error, make };
};

/** Connects an account of the operator's own, as a user would: the whole way, consent included. */
export const OwnAccount = ({ connector }: { connector: Connector }) => {
  const [userId, setUserId] = useState('');
  const { made, busy, error, make } = useLink(connector);
  const authorization = useAuthorization(made);
  return (
    <Stack
      component="form"
      noValidate
      sx={{ p: 2.5, gap: 1.5, borderTop: 1, borderColor: 'divider' }}
      onSubmit={(event) => {
        event.preventDefault();
        void make(userId.trim());
      }}
    >
      <Typography variant="h3">Connect an account of your own</Typography>
      <Typography variant="body2" color="textSecondary">
        This is the whole test, consent included. Name yourself as your app names you, and open the link in a
        browser in which you are signed in there.
      </Typography>
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 1.5, alignItems: 'flex-start' }}>
        <TextField
          label="Your user id"
          value={userId}
          onChange={(event) => setUserId(event.target.value)}
          error={error !== undefined}
          helperText={error}
          autoComplete="off"
          sx={{ flex: 1, width: '100%', maxWidth: 360 }}
        />
        <Button type="submit" variant="outlined" loading={busy} disabled={userId.trim() === ''}>
          Make a link
        </Button>
      </Stack>
      <Stack aria-live="polite" sx={{ gap: 1.5 }}>
        {authorization && <Progress authorization={authorization} />}
      </Stack>
    </Stack>
  );
};
