import { useState, type ReactNode } from 'react';
import { Box, Dialog, DialogContent, DialogTitle, Typography } from '@mui/material';
import LockIcon from '@mui/icons-material/PhonelinkLockOutlined';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useDataProvider } from 'react-admin';
import type { SecondFactor, TotpSecret } from '../api-types';
import { CommandButton } from '../components/command-button';
import { ListRow } from '../components/list-row';
import { Section } from '../components/section';
import { EmptyState, ErrorState, LoadingRows } from '../components/states';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { RecoveryCodeList } from './recovery-codes';
import { TotpSetup } from './totp-setup';

/** Neither a click beside it nor Escape closes it: what it shows is shown once. */
const SetupDialog = ({ title, children }: { title: string; children: ReactNode }) => (
  <Dialog open fullWidth maxWidth="xs" aria-labelledby="factor-title">
    <DialogTitle id="factor-title">{title}</DialogTitle>
    <DialogContent>{children}</DialogContent>
  </Dialog>
);

const Row = ({ title, children, command }: { title: string; children: ReactNode; command: ReactNode }) => (
  <ListRow>
    <Box sx={{ minWidth: 0 }}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>
        {title}
      </Typography>
      <Typography variant="body2" color="textSecondary" component="div">
        {children}
      </Typography>
    </Box>
    {command}
  </ListRow>
);

const RemoveApp = ({ isRequired }: { isRequired: boolean }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return (
    <CommandButton
      color="error"
      run={() => api.removeTotp()}
      done="The authenticator app is removed."
      ask={{
        title: 'Remove the authenticator app?',
        content: isRequired
          ? 'A second factor is required here: until you have set one up again, nothing else is open to you.'
          : 'Your password alone signs you in then. Your recovery codes are over as well.',
        confirm: 'Remove',
      }}
    >
      Remove
    </CommandButton>
  );
};

const Factors = ({ factor, onCodes }: { factor: SecondFactor; onCodes: (codes: string[]) => void }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const renew = async () => onCodes((await api.renewRecoveryCodes()).recoveryCodes);
  const left = factor.recoveryCodesLeft;
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      <Row title="Authenticator app" command={<RemoveApp isRequired={factor.isRequired} />}>
        Set up <When at={factor.totpSince} />
      </Row>
      <Row
        title="Recovery codes"
        command={
          <CommandButton
            run={renew}
            ask={{
              title: 'Make new recovery codes?',
              content: 'Those that you have are over then.',
              confirm: 'Make new codes',
            }}
          >
            Make new codes
          </CommandButton>
        }
      >
        {left === 0 ? 'None left' : `${left} left`}
      </Row>
    </Box>
  );
};

/** Begins on a click, not when it is drawn: each beginning makes a new secret. */
const SetUp = ({ onBegun }: { onBegun: (totp: TotpSecret) => void }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return (
    <EmptyState
      icon={LockIcon}
      title="Your password is all that signs you in"
      action={
        <CommandButton variant="contained" size="medium" run={async () => onBegun(await api.beginTotp())}>
          Set up an authenticator app
        </CommandButton>
      }
    >
      With an app on your phone that shows a new code each half a minute, somebody who finds your password out
      still cannot sign in.
    </EmptyState>
  );
};

/** The own second factor. */
export const SecondFactorSection = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const queryClient = useQueryClient();
  const [totp, setTotp] = useState<TotpSecret>();
  const [codes, setCodes] = useState<string[]>();
  const { data, error, refetch } = useQuery({
    queryKey: ['second-factor'],
    queryFn: () => api.secondFactor(),
    retry: false,
  });
  const done = () => {
    setTotp(undefined);
    setCodes(undefined);
    void queryClient.invalidateQueries();
  };
  return (
    <Section title="Second factor" hint="Asked for after the password, and before something dangerous.">
      {error && <ErrorState error={error} what="The second factor" onRetry={() => void refetch()} />}
      {!data && !error && <LoadingRows rows={2} />}
      {data && (data.totpSince ? <Factors factor={data} onCodes={setCodes} /> : <SetUp onBegun={setTotp} />)}
      {totp && (
        <SetupDialog title="Set up an authenticator app">
          <TotpSetup totp={totp} onDone={done} />
        </SetupDialog>
      )}
      {codes && (
        <SetupDialog title="New recovery codes">
          <RecoveryCodeList codes={codes} onKept={done} />
        </SetupDialog>
      )}
    </Section>
  );
};
