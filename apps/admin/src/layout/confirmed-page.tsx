import { useEffect } from 'react';
import { Alert } from '@mui/material';
import { useLocation } from 'react-admin';
import { tellProof } from '../providers/single-sign-on';
import { SignedOutPage } from './signed-out-page';
import { refusalWords } from './sso-words';

/** The tab in which the issuer has asked who the person is: the tab that waits is told, and this one closes. */
const ConfirmedPage = () => {
  const outcome = useLocation().pathname.split('/')[2] ?? '';
  const isDone = outcome === 'done';
  useEffect(() => {
    tellProof(outcome);
    if (isDone) window.close();
  }, [outcome, isDone]);
  return (
    <SignedOutPage title={isDone ? 'Confirmed' : 'Not confirmed'} below="Nothing else happens in this tab.">
      <Alert severity={isDone ? 'success' : 'error'} variant="outlined" role="alert">
        {isDone ? 'It is you. Close this tab, and go on in the other one.' : refusalWords(outcome)}
      </Alert>
    </SignedOutPage>
  );
};

export default ConfirmedPage;
