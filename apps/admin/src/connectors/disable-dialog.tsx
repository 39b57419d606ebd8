import { useId, useState } from 'react';
import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  Radio,
  RadioGroup,
  Typography,
} from '@mui/material';
import { useDataProvider, useNotify, useRefresh } from 'react-admin';
import type { Connector } from '../api-types';
import type { ValetkeyDataProvider } from '../providers/data-provider';

type Tokens = 'keep' | 'drop';

const inWords = (count: number) => (count === 1 ? 'one connection' : `${count} connections`);

const Choice = ({ value, title, text }: { value: Tokens; title: string; text: string }) => (
  <FormControlLabel
    value={value}
    control={<Radio size="small" sx={{ mt: -0.5 }} />}
    sx={{ alignItems: 'flex-start', mt: 1.5 }}
    label={
      <>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {title}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {text}
        </Typography>
      </>
    }
  />
);

const useDisable = (connector: Connector, close: () => void) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const refresh = useRefresh();
  const [busy, setBusy] = useState(false);
  const disable = async (tokens: Tokens) => {
    setBusy(true);
    try {
      await api.disableConnector(connector.id, tokens);
      notify(`${connector.displayName} is disabled.`, { type: 'success' });
      close();
    } catch (error) {
      notify(error instanceof Error ? error.message : 'Something went wrong.', { type: 'error' });
    } finally {
      setBusy(false);
      refresh();
    }
  };
  return { busy, disable };
};

interface DisableDialogProps {
  connector: Connector;
  open: boolean;
  onClose: () => void;
}

/** Asks what becomes of the tokens; keeping them is what can be undone. */
export const DisableDialog = ({ connector, open, onClose }: DisableDialogProps) => {
  const id = useId();
  const [tokens, setTokens] = useState<Tokens>('keep');
  const { busy, disable } = useDisable(connector, onClose);
  const { storedConnectionCount: stored } = connector;
  return (
    <Dialog open={open} onClose={onClose} maxWidth="xs" aria-labelledby={id}>
      <DialogTitle id={id}>Disable {connector.displayName}?</DialogTitle>
      <DialogContent>
        <Typography variant="body2" color="textSecondary">
          From now on it serves nobody.{' '}
          {stored > 0 ? `Tokens are stored for ${inWords(stored)}.` : 'No tokens are stored.'}
        </Typography>
        <RadioGroup
          aria-label="What becomes of the tokens"
          value={tokens}
          onChange={(event) => setTokens(event.target.value as Tokens)}
        >
          <Choice
            value="keep"
            title="Keep the tokens"
            text="They stay sealed, and work again once you enable the connector."
          />
          <Choice
            value="drop"
            title="Drop the tokens"
            text="Every connection is disconnected and revoked at the provider. This cannot be undone; users have to connect again."
          />
        </RadioGroup>
      </DialogContent>
      <DialogActions>
        <Button autoFocus disabled={busy} onClick={onClose}>
          Cancel
        </Button>
        <Button variant="contained" color="error" loading={busy} onClick={() => void disable(tokens)}>
          {tokens === 'drop' ? 'Disable and drop' : 'Disable'}
        </Button>
      </DialogActions>
    </Dialog>
  );
};
