import { useEffect, useState, type SyntheticEvent } from 'react';
import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  Stack,
  TextField,
} from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useDataProvider } from 'react-admin';
import type { PersonProof, SecondFactor } from '../api-types';
import { ProofFields, proofIn } from '../components/proof-fields';
import { ErrorState, LoadingRows } from '../components/states';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { provideStepUp } from '../providers/step-up';
import { IssuerProof } from './issuer-proof';

type Answer = (isProven: boolean) => void;

const Password = ({ fault }: { fault: boolean }) => (
  <TextField
    name="password"
    label="Your password"
    type="password"
    autoComplete="current-password"
    autoFocus
    error={fault}
    slotProps={{ htmlInput: { required: true } }}
  />
);

const personProofIn = async (form: FormData): Promise<PersonProof> =>
  form.has('password') ? { password: String(form.get('password')) } : proofIn(form, 'proof');

const useReauthentication = (onAnswer: Answer) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    // The dialog is drawn inside of the page, whose own form must not be sent.
    event.stopPropagation();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFault(undefined);
    try {
      await api.reauthenticate(await personProofIn(form));
      onAnswer(true);
    } catch (error) {
      setFault(error instanceof Error ? error.message : 'It could not be confirmed.');
    } finally {
      setBusy(false);
    }
  };
  return { busy, fault, submit };
};

const Why = () => (
  <DialogContentText id="step-up-why" variant="body2">
    For something that cannot easily be undone, you are asked again who you are.
  </DialogContentText>
);

const ProofForm = ({ factor, onAnswer }: { factor: SecondFactor; onAnswer: Answer }) => {
  const { busy, fault, submit } = useReauthentication(onAnswer);
  const { methods } = factor;
  return (
    <form onSubmit={(event) => void submit(event)} method="post">
      <DialogContent>
        <Stack sx={{ gap: 2 }}>
          <Why />
          {fault && (
            <Alert severity="error" variant="outlined" role="alert">
              {fault}
            </Alert>
          )}
          {methods.length > 0 ? (
            <ProofFields methods={methods} fault={fault !== undefined} />
          ) : (
            <Password fault={fault !== undefined} />
          )}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button disabled={busy} onClick={() => onAnswer(false)}>
          Cancel
        </Button>
        <Button type="submit" variant="contained" loading={busy} autoFocus={methods[0] === 'passkey'}>
          Confirm
        </Button>
      </DialogActions>
    </form>
  );
};

const IssuerForm = ({ onAnswer }: { onAnswer: Answer }) => {
  const [proven] = useState(() => () => onAnswer(true));
  return (
    <>
      <DialogContent>
        <Stack sx={{ gap: 2 }}>
          <Why />
          <IssuerProof onProven={proven} />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={() => onAnswer(false)}>Cancel</Button>
      </DialogActions>
    </>
  );
};

const Proof = ({ onAnswer }: { onAnswer: Answer }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const { data, error, refetch } = useQuery({
    queryKey: ['second-factor'],
    queryFn: () => api.secondFactor(),
    retry: false,
  });
  if (error)
    return <ErrorState error={error} what="What you can confirm it with" onRetry={() => void refetch()} />;
  if (!data) return <LoadingRows rows={2} />;
  const hasIssuer = data.provenBy.includes('single_sign_on');
  return (
    <>
      {hasIssuer && <IssuerForm onAnswer={onAnswer} />}
      {(!hasIssuer || data.provenBy.length > 1) && <ProofForm factor={data} onAnswer={onAnswer} />}
    </>
  );
};

/** Asks who the person is before something dangerous; the call that wants it waits. */
export const StepUpDialog = () => {
  const [pending, setPending] = useState<{ answer: Answer }>();
  useEffect(
    () => provideStepUp(() => new Promise<boolean>((resolve) => setPending({ answer: resolve }))),
    [],
  );
  const end: Answer = (isProven) => {
    pending?.answer(isProven);
    setPending(undefined);
  };
  if (!pending) return null;
  return (
    <Dialog
      open
      onClose={() => end(false)}
      fullWidth
      maxWidth="xs"
      aria-labelledby="step-up-title"
      aria-describedby="step-up-why"
    >
      <DialogTitle id="step-up-title">Confirm that it is you</DialogTitle>
      <Proof onAnswer={end} />
    </Dialog>
  );
};
