import { useEffect, useState } from 'react';
import { Alert } from '@mui/material';
import { HttpError } from 'react-admin';

export interface Failure {
  message: string;
  /** Seconds until another try is worth it. */
  wait: number;
}

export const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { message: 'Signing in did not work. Try again.', wait: 0 };
  if (!(error instanceof HttpError)) return { message: error.message, wait: 0 };
  if (error.body?.code === 'invalid_credentials')
    return { message: 'The email or the password is wrong.', wait: 0 };
  if (error.status === 429) {
    const wait = (error as HttpError & { retryAfter?: number }).retryAfter ?? 0;
    return { message: 'Too many failed sign-ins from here.', wait };
  }
  return { message: error.message, wait: 0 };
};

const waitWords = (seconds: number) =>
  seconds >= 90 ? `${Math.ceil(seconds / 60)} minutes` : seconds === 1 ? '1 second' : `${seconds} seconds`;

/** The seconds that are left until another try. */
export const useCountdown = (failure: Failure | undefined) => {
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

export const FailureAlert = ({ failure, left }: { failure: Failure; left: number }) => (
  <Alert severity="error" variant="outlined" role="alert">
    {failure.message}
    {left > 0 && ` Try again in ${waitWords(left)}.`}
  </Alert>
);
