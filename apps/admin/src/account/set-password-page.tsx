import { useEffect, useState, type SyntheticEvent } from 'react';
import { Alert, Button, Stack, TextField, Typography } from '@mui/material';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { LinkBase, useAuthProvider, useDataProvider, useLocation, useNavigate } from 'react-admin';
import type { PasswordLink } from '../api-types';
import { LoadingRows } from '../components/states';
import { roleHints } from '../components/role-words';
import { SignedOutPage } from '../layout/signed-out-page';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { passwordFault, passwordHint } from './new-password';

/** Of the link that was opened last, in memory only. */
let kept = '';

/** The secret of the link, which is taken out of the address at once: histories and screenshots keep addresses. */
const useLinkSecret = (): string => {
  const inAddress = useLocation().pathname.split('/')[2] ?? '';
  const navigate = useNavigate();
  useEffect(() => {
    if (inAddress === '') return;
    kept = inAddress;
    navigate('/set-password', { replace: true });
  }, [inAddress, navigate]);
  return inAddress || kept;
};

/** On this page, unlike on that of the sign-in, the frame has looked already and found nobody signed in. */
const useSignIn = () => {
  const authProvider = useAuthProvider();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return async (credentials: { email: string; password: string }) => {
    await authProvider?.login(credentials);
    await queryClient.invalidateQueries({ queryKey: ['auth'] });
    navigate('/');
  };
};

const useSetPassword = (secret: string, email: string) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const signIn = useSignIn();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get('password'));
    const unusable = passwordFault(password, String(form.get('repeated')));
    setFault(unusable);
    if (unusable) return;
    setBusy(true);
    try {
      await api.setPasswordByLink(secret, password);
      await signIn({ email, password });
    } catch (error) {
      setFault(error instanceof Error ? error.message : 'The password could not be set.');
    } finally {
      setBusy(false);
    }
  };
  return { busy, fault, submit };
};

const required = { htmlInput: { required: true } };

const PasswordFields = ({ secret, link }: { secret: string; link: PasswordLink }) => {
  const { busy, fault, submit } = useSetPassword(secret, link.email);
  return (
    <form method="post" onSubmit={(event) => void submit(event)}>
      <Stack sx={{ gap: 2 }}>
        <Typography variant="body2">
          {link.purpose === 'invitation'
            ? `You were invited as ${link.role}: ${roleHints[link.role]}`
            : 'Set a new password. All your sessions end.'}
        </Typography>
        {fault && (
          <Alert severity="error" variant="outlined" role="alert">
            {fault}
          </Alert>
        )}
        <TextField
          name="email"
          label="Email"
          value={link.email}
          autoComplete="username"
          slotProps={{ htmlInput: { readOnly: true } }}
        />
        <TextField
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          autoFocus
          helperText={passwordHint}
          slotProps={required}
        />
        <TextField
          name="repeated"
          label="Password again"
          type="password"
          autoComplete="new-password"
          slotProps={required}
        />
        <Button type="submit" variant="contained" size="large" loading={busy}>
          Set password and sign in
        </Button>
      </Stack>
    </form>
  );
};

const LinkOver = ({ message }: { message: string }) => (
  <Stack sx={{ gap: 2 }}>
    <Alert severity="warning" variant="outlined">
      {message}
    </Alert>
    <Button component={LinkBase} to="/login" variant="outlined">
      Go to the sign-in
    </Button>
  </Stack>
);

/** Of an invitation, or of a link that resets a password: for somebody who cannot sign in yet. */
const SetPasswordPage = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const secret = useLinkSecret();
  const { data, error } = useQuery({
    queryKey: ['password-link', secret.slice(0, 8)],
    queryFn: () => api.passwordLink(secret),
    enabled: secret !== '',
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <SignedOutPage title="Set your password" below="The link works once. Nobody but you knows your password.">
      {secret === '' && <LinkOver message="Open the link again that you were given." />}
      {secret !== '' && !data && !error && <LoadingRows rows={4} />}
      {error && <LinkOver message={error.message} />}
      {data && <PasswordFields secret={secret} link={data} />}
    </SignedOutPage>
  );
};

export default SetPasswordPage;
