import { useState, type SyntheticEvent } from 'react';
import { Alert, Box, Stack, TextField } from '@mui/material';
import { useDataProvider, useNotify, useRefresh } from 'react-admin';
import { SubmitButton } from '../components/submit-button';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { passwordFault, passwordHint } from './new-password';

const useChange = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const refresh = useRefresh();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const typed = (name: string) => String(new FormData(form).get(name));
    const unusable = passwordFault(typed('new'), typed('repeated'));
    setFault(unusable);
    if (unusable) return;
    setBusy(true);
    try {
      await api.changePassword({ currentPassword: typed('current'), newPassword: typed('new') });
      form.reset();
      notify('Your password is changed. All other sessions have ended.', { type: 'success' });
      refresh();
    } catch (error) {
      setFault(error instanceof Error ? error.message : 'The password could not be changed.');
    } finally {
      setBusy(false);
    }
  };
  return { busy, fault, submit };
};

const required = { htmlInput: { required: true } };

/** The new one is uncontrolled: it is in no state and no cache. */
export const PasswordForm = () => {
  const { busy, fault, submit } = useChange();
  return (
    <Box
      component="form"
      method="post"
      onSubmit={(event) => void submit(event)}
      sx={{ p: 2.5, maxWidth: 480 }}
    >
      <Stack sx={{ gap: 2 }}>
        {fault && (
          <Alert severity="error" variant="outlined" role="alert">
            {fault}
          </Alert>
        )}
        <TextField
          name="current"
          label="Current password"
          type="password"
          autoComplete="current-password"
          slotProps={required}
        />
        <TextField
          name="new"
          label="New password"
          type="password"
          autoComplete="new-password"
          helperText={passwordHint}
          slotProps={required}
        />
        <TextField
          name="repeated"
          label="New password again"
          type="password"
          autoComplete="new-password"
          slotProps={required}
        />
        <SubmitButton label="Change password" busy={busy} />
      </Stack>
    </Box>
  );
};
