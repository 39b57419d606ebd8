import { useState, type ReactNode } from 'react';
import { Box, Button, Dialog, DialogContent, DialogTitle, Stack } from '@mui/material';
import LockIcon from '@mui/icons-material/PhonelinkLockOutlined';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useDataProvider } from 'react-admin';
import type { SecondFactor, TotpSecret } from '../api-types';
import { CommandButton } from '../components/command-button';
import { Section } from '../components/section';
import { EmptyState, ErrorState, LoadingRows } from '../components/states';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { knowsPasskeys } from '../providers/passkeys';
import { FactorRow, removalWords } from './factor-row';
import { PasskeyRows } from './passkey-rows';
import { PasskeySetup } from './passkey-setup';
import { RecoveryCodeList } from './recovery-codes';
import { TotpSetup } from './totp-setup';

/** The setting up that goes on in a dialog. */
type Step = { totp: TotpSecret } | { codes: string[] } | 'passkey';
type Begin = (step: Step) => void;

/** Neither a click beside it nor Escape closes it: what it shows is shown once. */
const SetupDialog = ({ title, children }: { title: string; children: ReactNode }) => (
  <Dialog open fullWidth maxWidth="xs" aria-labelledby="factor-title">
    <DialogTitle id="factor-title">{title}</DialogTitle>
    <DialogContent>{children}</DialogContent>
  </Dialog>
);

/** Begins on a click, not when it is drawn: each beginning makes a new secret. */
const SetUpApp = ({ onBegin, isMain = false }: { onBegin: Begin; isMain?: boolean }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return (
    <CommandButton
      {...(isMain && { variant: 'contained', size: 'medium' })}
      run={async () => onBegin({ totp: await api.beginTotp() })}
    >
      Set up an authenticator app
    </CommandButton>
  );
};

const AddPasskey = ({ onBegin, isMain = false }: { onBegin: Begin; isMain?: boolean }) =>
  knowsPasskeys() && (
    <Button variant="outlined" size={isMain ? 'medium' : 'small'} onClick={() => onBegin('passkey')}>
      Add a passkey
    </Button>
  );

const App = ({ factor, onBegin }: { factor: SecondFactor; onBegin: Begin }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  if (!factor.totpSince)
    return (
      <FactorRow title="Authenticator app" command={<SetUpApp onBegin={onBegin} />}>
        Not set up
      </FactorRow>
    );
  const remove = (
    <CommandButton
      color="error"
      run={() => api.removeTotp()}
      done="The authenticator app is removed."
      ask={{ title: 'Remove the authenticator app?', content: removalWords(factor), confirm: 'Remove' }}
    >
      Remove
    </CommandButton>
  );
  return (
    <FactorRow title="Authenticator app" command={remove}>
      Set up <When at={factor.totpSince} />
    </FactorRow>
  );
};

const RecoveryCodes = ({ left, onBegin }: { left: number; onBegin: Begin }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const renew = async () => onBegin({ codes: (await api.renewRecoveryCodes()).recoveryCodes });
  const ask = {
    title: 'Make new recovery codes?',
    content: 'Those that you have are over then.',
    confirm: 'Make new codes',
  };
  return (
    <FactorRow
      title="Recovery codes"
      command={
        <CommandButton run={renew} ask={ask}>
          Make new codes
        </CommandButton>
      }
    >
      {left === 0 ? 'None left' : `${left} left`}
    </FactorRow>
  );
};

const Factors = ({ factor, onBegin }: { factor: SecondFactor; onBegin: Begin }) => (
  <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
    <PasskeyRows factor={factor} />
    <App factor={factor} onBegin={onBegin} />
    <RecoveryCodes left={factor.recoveryCodesLeft} onBegin={onBegin} />
  </Box>
);

const NoFactor = ({ onBegin }: { onBegin: Begin }) => (
  <EmptyState
    icon={LockIcon}
    title="Your password is all that signs you in"
    action={
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', justifyContent: 'center' }}>
        <SetUpApp onBegin={onBegin} isMain />
        <AddPasskey onBegin={onBegin} isMain />
      </Stack>
    }
  >
    With a second factor, somebody who finds your password out still cannot sign in. An authenticator app
    shows a new code each half a minute; a passkey is kept by your device, and no false page can have it.
  </EmptyState>
);

const StepDialog = ({ step, onDone, onCancel }: { step: Step; onDone: () => void; onCancel: () => void }) => {
  if (step === 'passkey')
    return (
      <SetupDialog title="Add a passkey">
        <PasskeySetup onDone={onDone} onCancel={onCancel} />
      </SetupDialog>
    );
  if ('totp' in step)
    return (
      <SetupDialog title="Set up an authenticator app">
        <TotpSetup totp={step.totp} onDone={onDone} />
      </SetupDialog>
    );
  return (
    <SetupDialog title="New recovery codes">
      <RecoveryCodeList codes={step.codes} onKept={onDone} />
    </SetupDialog>
  );
};

/** The own second factor. */
export const SecondFactorSection = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const queryClient = useQueryClient();
  const [step, setStep] = useState<Step>();
  const { data, error, refetch } = useQuery({
    queryKey: ['second-factor'],
    queryFn: () => api.secondFactor(),
    retry: false,
  });
  const done = () => {
    setStep(undefined);
    void queryClient.invalidateQueries();
  };
  const has = data && data.methods.length > 0;
  return (
    <Section
      title="Second factor"
      hint="Asked for after the password, and before something dangerous. A passkey also signs in by itself."
      action={has && <AddPasskey onBegin={setStep} />}
    >
      {error && <ErrorState error={error} what="The second factor" onRetry={() => void refetch()} />}
      {!data && !error && <LoadingRows rows={2} />}
      {data && (has ? <Factors factor={data} onBegin={setStep} /> : <NoFactor onBegin={setStep} />)}
      {step && <StepDialog step={step} onDone={done} onCancel={() => setStep(undefined)} />}
    </Section>
  );
};
