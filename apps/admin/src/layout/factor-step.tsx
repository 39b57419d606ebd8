import { useState, type SyntheticEvent } from 'react';
import { Button, Stack, Typography } from '@mui/material';
import { HttpError, useLogin } from 'react-admin';
import type { FactorMethod } from '../api-types';
import { ProofFields, proofIn } from '../components/proof-fields';
import type { SignInStep } from '../providers/auth-provider';
import { FailureAlert, failureOf, useCountdown, type Failure } from './sign-in-failure';

interface FactorStepProps {
  methods: readonly FactorMethod[];
  /** Back to the password, because the person wants to or this sign-in is over. */
  onBack: (failure?: Failure) => void;
}

const isOver = (error: unknown) => error instanceof HttpError && error.body?.code === 'sign_in_over';

const useProof = (onBack: FactorStepProps['onBack']) => {
  const login = useLogin();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFailure(undefined);
    try {
      await login({ proof: await proofIn(form, 'second-factor') } satisfies SignInStep);
    } catch (error) {
      if (isOver(error)) onBack(failureOf(error));
      else setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, submit };
};

/** The second step of the sign-in. */
export const FactorStep = ({ methods, onBack }: FactorStepProps) => {
  const { busy, failure, submit } = useProof(onBack);
  const left = useCountdown(failure);
  return (
    <form onSubmit={(event) => void submit(event)} method="post">
      <Stack sx={{ gap: 2 }}>
        <Typography variant="body2">Your account has a second factor.</Typography>
        {failure && <FailureAlert failure={failure} left={left} />}
        <ProofFields methods={methods} fault={failure !== undefined && failure.wait === 0} />
        <Button
          type="submit"
          variant="contained"
          size="large"
          loading={busy}
          disabled={left > 0}
          autoFocus={methods[0] === 'passkey'}
        >
          Continue
        </Button>
        <Button onClick={() => onBack()}>Back to the password</Button>
      </Stack>
    </form>
  );
};
