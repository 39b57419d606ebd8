import { useEffect, useState } from 'react';
import { Alert, Button, Stack, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { LoadingRows } from '../components/states';
import { hearProof, proofAddress, signInOptions } from '../providers/single-sign-on';
import { refusalWords } from './sso-words';

/** The issuer asks in a tab of its own, so that what waits here is not lost. */
export const IssuerProof = ({ onProven }: { onProven: () => void }) => {
  const [fault, setFault] = useState<string>();
  const { data: options } = useQuery({ queryKey: ['sign-in-options'], queryFn: signInOptions });
  const { data: address, error } = useQuery({
    queryKey: ['proof-address'],
    queryFn: proofAddress,
    retry: false,
    gcTime: 0,
    staleTime: Infinity,
  });
  useEffect(
    () => hearProof((outcome) => (outcome === 'done' ? onProven() : setFault(refusalWords(outcome)))),
    [onProven],
  );
  const failure = fault ?? error?.message;
  return (
    <Stack sx={{ gap: 2 }}>
      <Typography variant="body2">
        {options?.singleSignOn?.name ?? 'The issuer'} asks you in a new tab; come back here then.
      </Typography>
      {failure && (
        <Alert severity="error" variant="outlined" role="alert">
          {failure}
        </Alert>
      )}
      {!address && !error && <LoadingRows rows={1} />}
      {address && (
        <Button href={address} target="_blank" rel="opener" variant="contained" autoFocus>
          Confirm with {options?.singleSignOn?.name ?? 'the issuer'}
        </Button>
      )}
    </Stack>
  );
};
