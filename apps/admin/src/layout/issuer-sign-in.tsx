import { useEffect, useState } from 'react';
import { Button, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useAuthProvider, useLocation, useNavigate } from 'react-admin';
import type { FactorMethod } from '../api-types';
import { leaveForIssuer, placeBefore } from '../providers/single-sign-on';
import { FailureAlert, failureOf, type Failure } from './sign-in-failure';
import { refusalWords } from './sso-words';

/** The outcome that the address names, where somebody comes back from the issuer. */
interface CameBack {
  isSignedIn: boolean;
  /** A second factor of their own is outstanding. */
  methods?: FactorMethod[];
  failure?: Failure;
}

const known: readonly string[] = ['passkey', 'totp', 'recovery_code'] satisfies FactorMethod[];

const cameBack = (search: string): CameBack => {
  const query = new URLSearchParams(search);
  const refused = query.get('refused');
  const methods = query.get('methods')?.split(',') ?? [];
  return {
    isSignedIn: query.has('signed-in'),
    ...(methods.length > 0 && { methods: methods.filter((one): one is FactorMethod => known.includes(one)) }),
    ...(refused !== null && { failure: { message: refusalWords(refused), wait: 0 } }),
  };
};

/** Goes on to the page that was wanted, where the issuer has led somebody back who is signed in now. */
export const useCameBack = (): CameBack => {
  const { search } = useLocation();
  const [came, setCame] = useState(() => cameBack(search));
  const authProvider = useAuthProvider();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { isSignedIn } = came;
  useEffect(() => {
    if (!isSignedIn) return;
    const goOn = async () => {
      await authProvider?.checkAuth({});
      await queryClient.invalidateQueries({ queryKey: ['auth'] });
      navigate(placeBefore(), { replace: true });
    };
    goOn().catch(() => setCame({ isSignedIn: false, failure: { message: refusalWords('over'), wait: 0 } }));
  }, [isSignedIn, authProvider, queryClient, navigate]);
  return came;
};

/** The page of the dashboard that somebody wanted who had to sign in first. */
const useWanted = (): string | undefined => {
  const state = useLocation().state as { nextPathname?: string; nextSearch?: string } | null;
  return state?.nextPathname && `${state.nextPathname}${state.nextSearch ?? ''}`;
};

export const IssuerButton = ({ name, isOnlyWay }: { name: string; isOnlyWay: boolean }) => {
  const wanted = useWanted();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const leave = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await leaveForIssuer(wanted);
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };
  return (
    <Stack sx={{ gap: 2 }}>
      {failure && <FailureAlert failure={failure} left={0} />}
      <Button
        variant={isOnlyWay ? 'contained' : 'outlined'}
        size="large"
        loading={busy}
        autoFocus={isOnlyWay}
        onClick={() => void leave()}
      >
        Sign in with {name}
      </Button>
    </Stack>
  );
};
