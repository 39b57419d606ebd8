import { lazy, Suspense, useState } from 'react';
import { Alert, Button, Stack, Typography } from '@mui/material';
import { useDataProvider, useLogout } from 'react-admin';
import type { TotpSecret } from '../api-types';
import { LoadingRows } from '../components/states';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { knowsPasskeys } from '../providers/passkeys';
import { SignedOutPage } from './signed-out-page';

const TotpSetup = lazy(async () => ({ default: (await import('../account/totp-setup')).TotpSetup }));
const PasskeySetup = lazy(async () => ({
  default: (await import('../account/passkey-setup')).PasskeySetup,
}));

interface BeginProps {
  onBegun: (totp: TotpSecret) => void;
  onPasskey: () => void;
}

const Begin = ({ onBegun, onPasskey }: BeginProps) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const logout = useLogout();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const begin = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      onBegun(await api.beginTotp());
    } catch (error) {
      setFault(error instanceof Error ? error.message : 'It could not be begun.');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack sx={{ gap: 2 }}>
      <Typography variant="body2">
        Operators need a second factor here: an app on your phone that shows a new code each half a minute, or
        a passkey. Everything else is open to you then.
      </Typography>
      {fault && (
        <Alert severity="error" variant="outlined" role="alert">
          {fault}
        </Alert>
      )}
      <Button variant="contained" size="large" autoFocus loading={busy} onClick={() => void begin()}>
        Set up an authenticator app
      </Button>
      {knowsPasskeys() && (
        <Button variant="outlined" size="large" onClick={onPasskey}>
          Add a passkey
        </Button>
      )}
      <Button onClick={() => void logout()}>Sign out</Button>
    </Stack>
  );
};

const Steps = ({ onDone }: { onDone: () => void }) => {
  const [totp, setTotp] = useState<TotpSecret>();
  const [hasPasskey, setPasskey] = useState(false);
  if (totp) return <TotpSetup totp={totp} onDone={onDone} />;
  if (hasPasskey) return <PasskeySetup onDone={onDone} onCancel={() => setPasskey(false)} />;
  return <Begin onBegun={setTotp} onPasskey={() => setPasskey(true)} />;
};

/** All that is open to an operator without the second factor that is required. */
export const EnrolPage = ({ onDone }: { onDone: () => void }) => (
  <SignedOutPage title="Set up your second factor" below="You stay signed in meanwhile.">
    <Suspense fallback={<LoadingRows rows={4} />}>
      <Steps onDone={onDone} />
    </Suspense>
  </SignedOutPage>
);
