import { useState, type SyntheticEvent } from 'react';
import { Alert, Box, Button, Stack, Typography } from '@mui/material';
import { QRCodeSVG } from 'qrcode.react';
import { useDataProvider } from 'react-admin';
import type { TotpSecret } from '../api-types';
import { CopyField } from '../components/copy-field';
import { CodeField, typedCode } from '../components/proof-fields';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { RecoveryCodeList } from './recovery-codes';

interface TotpSetupProps {
  totp: TotpSecret;
  /** When the recovery codes have been kept. */
  onDone: () => void;
}

const useConfirmation = (onDone: () => void) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const [codes, setCodes] = useState<string[]>();
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFault(undefined);
    try {
      const { recoveryCodes } = await api.confirmTotp(typedCode(form));
      // There are some already, of another second factor.
      if (recoveryCodes.length === 0) onDone();
      else setCodes(recoveryCodes);
    } catch (error) {
      setFault(error instanceof Error ? error.message : 'The code could not be checked.');
    } finally {
      setBusy(false);
    }
  };
  return { busy, fault, codes, submit };
};

/** Drawn by the page itself: nobody else is told the secret. Cameras want it dark on light, in both themes. */
const QrCode = ({ uri }: { uri: string }) => (
  <Box sx={{ alignSelf: 'center', lineHeight: 0, borderRadius: 2, overflow: 'hidden' }}>
    <QRCodeSVG value={uri} size={184} marginSize={3} title="QR code for your authenticator app" role="img" />
  </Box>
);

/** Shows an app the secret, has a code confirm it, and hands out the recovery codes. */
export const TotpSetup = ({ totp, onDone }: TotpSetupProps) => {
  const { busy, fault, codes, submit } = useConfirmation(onDone);
  if (codes) return <RecoveryCodeList codes={codes} onKept={onDone} />;
  return (
    <form onSubmit={(event) => void submit(event)} method="post">
      <Stack sx={{ gap: 2 }}>
        <Typography variant="body2">
          Scan this with an authenticator app, or type the secret into it. Then enter the code that it shows.
        </Typography>
        <QrCode uri={totp.uri} />
        <CopyField value={totp.secret} label="Secret for your authenticator app" />
        {fault && (
          <Alert severity="error" variant="outlined" role="alert">
            {fault}
          </Alert>
        )}
        <CodeField label="Code that the app shows" fault={fault !== undefined} />
        <Button type="submit" variant="contained" loading={busy}>
          Confirm
        </Button>
      </Stack>
    </form>
  );
};
