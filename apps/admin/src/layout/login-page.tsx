import { useEffect, useState, type SyntheticEvent } from 'react';
import { Alert, Button, Stack, TextField } from '@mui/material';
import { HttpError, useLogin } from 'react-admin';
import { SignedOutPage } from './signed-out-page';

interface Failure {
  message: string;
  /** Seconds until another try is worth it. */
  wait: number;
}

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof HttpError)) return { message: 'Signing in did not work. Try again.', wait: 0 };
  if (error.status === 401) return { message: 'The email or the password is wrong.', wait: 0 };
  if (error.status === 429) {
    const wait = (error as HttpError & { retryAfter?: number }).retryAfter ?? 0;
    return { message: 'Too many failed sign-ins from here.', wait };
  }
  return { message: error.message, wait: 0 };
};

const waitWords = (seconds: number) =>
  seconds >= 90 ? `${Math.ceil(seconds / 60)} minutes` : seconds === 1 ? '1 second' : `${seconds} seconds`;

const useCountdown = (failure: Failure | undefined) => {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const wait = failure?.wait ?? 0;
    setLeft(wait);
    if (wait === 0) return undefined;
    const until = Date.now() + wait * 1000;
    const timer = setInterval(() => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      setLeft(seconds);
      if (seconds === 0) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [failure]);
  return left;
};

const useSignIn = () => {
  const login = useLogin();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFailure(undefined);
    try {
      await login({ email: String(form.get('email')).trim(), password: String(form.get('password')) });
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, submit };
};

/** Both fields are required and there is no third one: a mark would say nothing. */
const requiredUnmarked = { htmlInput: { required: true } };

const SignInForm = () => {
  const { busy, failure, submit } = useSignIn();
  const left = useCountdown(failure);
  return (
    <form onSubmit={(event) => void submit(event)} method="post">
      <Stack sx={{ gap: 2 }}>
        {failure && (
          <Alert severity="error" variant="outlined" role="alert">
            {failure.message}
            {left > 0 && ` Try again in ${waitWords(left)}.`}
          </Alert>
        )}
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
          error={failure !== undefined && failure.wait === 0}
        />
        <Button type="submit" variant="contained" size="large" loading={busy} disabled={left > 0}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
};

export const LoginPage = () => (
  <SignedOutPage
    title="Sign in"
    below="For operators. The first owner's password was printed when the server started for the first time; others are
      invited by an owner."
  >
    <SignInForm />
  </SignedOutPage>
);
