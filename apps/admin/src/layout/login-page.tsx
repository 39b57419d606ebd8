import { useState, type SyntheticEvent } from 'react';
import { Button, Divider, Stack, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { HttpError, useLogin } from 'react-admin';
import type { FactorMethod, PasskeySignIn, SignInOptions } from '../api-types';
import { LoadingRows } from '../components/states';
import { answerWithPasskey, knowsPasskeys } from '../providers/passkeys';
import { signInOptions } from '../providers/single-sign-on';
import { FactorStep } from './factor-step';
import { IssuerButton, useCameBack } from './issuer-sign-in';
import { FailureAlert, failureOf, useCountdown, type Failure } from './sign-in-failure';
import { SignedOutPage } from './signed-out-page';

interface SignInFormProps {
  /** Why a sign-in that had come further has to begin again. */
  before: Failure | undefined;
  onFactor: (methods: FactorMethod[]) => void;
}

/** The ways to prove the second factor, where the password was right and one is asked for. */
const factorsAsked = (error: unknown): FactorMethod[] | undefined =>
  error instanceof HttpError && error.body?.code === 'second_factor_required'
    ? (error.body.methods as FactorMethod[])
    : undefined;

const useSignIn = ({ before, onFactor }: SignInFormProps) => {
  const login = useLogin();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(before);
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFailure(undefined);
    try {
      await login({ email: String(form.get('email')).trim(), password: String(form.get('password')) });
    } catch (error) {
      const methods = factorsAsked(error);
      if (methods) onFactor(methods);
      else setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };
  const withPasskey = async () => {
    setFailure(undefined);
    try {
      await login({ passkey: await answerWithPasskey('passkey') } as PasskeySignIn);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return { busy, failure, submit, withPasskey };
};

/** Both fields are required and there is no third one: a mark would say nothing. */
const requiredUnmarked = { htmlInput: { required: true } };

const SignInForm = (props: SignInFormProps) => {
  const { busy, failure, submit, withPasskey } = useSignIn(props);
  const left = useCountdown(failure);
  return (
    <form onSubmit={(event) => void submit(event)} method="post">
      <Stack sx={{ gap: 2 }}>
        {failure && <FailureAlert failure={failure} left={left} />}
        <TextField
          name="email"
          label="Email"
          type="email"
          autoComplete="username"
          autoFocus
          slotProps={requiredUnmarked}
        />
        <TextField
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          slotProps={requiredUnmarked}
          error={failure !== undefined && failure !== props.before && failure.wait === 0}
        />
        <Button type="submit" variant="contained" size="large" loading={busy} disabled={left > 0}>
          Sign in
        </Button>
        {knowsPasskeys() && (
          <Button variant="outlined" size="large" onClick={() => void withPasskey()}>
            Use a passkey
          </Button>
        )}
      </Stack>
    </form>
  );
};

/** All ways that are open here. */
const Ways = ({ options, ...props }: SignInFormProps & { options: SignInOptions }) => {
  const { passwords, singleSignOn } = options;
  return (
    <Stack sx={{ gap: 2 }}>
      {!passwords && props.before && <FailureAlert failure={props.before} left={0} />}
      {passwords && <SignInForm {...props} />}
      {passwords && singleSignOn && <Divider>or</Divider>}
      {singleSignOn && <IssuerButton name={singleSignOn.name} isOnlyWay={!passwords} />}
    </Stack>
  );
};

const ANY_WAY: SignInOptions = { passwords: true };

const Steps = () => {
  const came = useCameBack();
  const [methods, setMethods] = useState(came.methods);
  const [failure, setFailure] = useState(came.failure);
  const { data, isPending } = useQuery({ queryKey: ['sign-in-options'], queryFn: signInOptions });
  const back = (why?: Failure) => {
    setFailure(why);
    setMethods(undefined);
  };
  if (came.isSignedIn || isPending) return <LoadingRows rows={3} />;
  if (methods) return <FactorStep methods={methods} onBack={back} />;
  return <Ways options={data ?? ANY_WAY} before={failure} onFactor={setMethods} />;
};

const SMALL_PRINT =
  "For operators. The first owner's password was printed when the server started for the first time; others are invited by an owner.";
const ISSUER_PRINT = 'For operators. Whether you are one is decided where you sign in.';

export const LoginPage = () => {
  const { data } = useQuery({ queryKey: ['sign-in-options'], queryFn: signInOptions });
  return (
    <SignedOutPage title="Sign in" below={data?.passwords === false ? ISSUER_PRINT : SMALL_PRINT}>
      <Steps />
    </SignedOutPage>
  );
};
