import { useState, type SyntheticEvent } from 'react';
import { Alert, Button, Stack, TextField, Typography } from '@mui/material';
import { useDataProvider } from 'react-admin';
import type { NewPasskey } from '../api-types';
import { deviceWords } from '../components/device-words';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { makePasskey } from '../providers/passkeys';
import { RecoveryCodeList } from './recovery-codes';

interface PasskeySetupProps {
  /** When it is added, and recovery codes that came with it have been kept. */
  onDone: () => void;
  onCancel: () => void;
}

const useAddition = (onDone: () => void) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const [codes, setCodes] = useState<string[]>();
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    setBusy(true);
    setFault(undefined);
    try {
      const { recoveryCodes } = await api.addPasskey({ name, response: await makePasskey() } as NewPasskey);
      if (recoveryCodes.length === 0) onDone();
      else setCodes(recoveryCodes);
    } catch (error) {
      setFault(error instanceof Error ? error.message : 'The passkey could not be added.');
    } finally {
      setBusy(false);
    }
  };
  return { busy, fault, codes, submit };
};

/** Names a passkey, has the browser make it, and hands out recovery codes with the first second factor. */
export const PasskeySetup = ({ onDone, onCancel }: PasskeySetupProps) => {
  const { busy, fault, codes, submit } = useAddition(onDone);
  if (codes) return <RecoveryCodeList codes={codes} onKept={onDone} />;
  return (
    <form onSubmit={(event) => void submit(event)} method="post">
      <Stack sx={{ gap: 2 }}>
        <Typography variant="body2">
          Your browser then asks where to keep it: in this device, a phone or a security key.
        </Typography>
        {fault && (
          <Alert severity="error" variant="outlined" role="alert">
            {fault}
          </Alert>
        )}
        <TextField
          name="name"
          label="Name of the passkey"
          defaultValue={deviceWords(navigator.userAgent)}
          autoFocus
          autoComplete="off"
          slotProps={{ htmlInput: { required: true, maxLength: 60 } }}
        />
        <Button type="submit" variant="contained" loading={busy}>
          Add the passkey
        </Button>
        <Button disabled={busy} onClick={onCancel}>
          Cancel
        </Button>
      </Stack>
    </form>
  );
};
