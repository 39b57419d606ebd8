import { useState, type SyntheticEvent } from 'react';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, TextField } from '@mui/material';
import { useDataProvider, useNotify, useRefresh } from 'react-admin';
import type { Passkey, SecondFactor } from '../api-types';
import { CommandButton } from '../components/command-button';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { FactorRow, removalWords } from './factor-row';

const RenameDialog = ({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const refresh = useRefresh();
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    try {
      await api.renamePasskey(passkey.id, name);
      onClose();
      refresh();
    } catch (error) {
      notify(error instanceof Error ? error.message : 'It could not be renamed.', { type: 'error' });
    }
  };
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="rename-title">
      <form onSubmit={(event) => void submit(event)} method="post">
        <DialogTitle id="rename-title">Rename the passkey</DialogTitle>
        <DialogContent>
          <TextField
            name="name"
            label="Name of the passkey"
            defaultValue={passkey.name}
            autoFocus
            autoComplete="off"
            sx={{ mt: 1 }}
            slotProps={{ htmlInput: { required: true, maxLength: 60 } }}
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained">
            Rename
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
};

const PasskeyCommands = ({ passkey, factor }: { passkey: Passkey; factor: SecondFactor }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [isRenaming, setRenaming] = useState(false);
  return (
    <Stack direction="row" sx={{ gap: 1, flex: 'none' }}>
      <Button variant="outlined" size="small" onClick={() => setRenaming(true)}>
        Rename
      </Button>
      <CommandButton
        color="error"
        run={() => api.removePasskey(passkey.id)}
        done="The passkey is removed."
        ask={{
          title: `Remove the passkey “${passkey.name}”?`,
          content: removalWords(factor),
          confirm: 'Remove',
        }}
      >
        Remove
      </CommandButton>
      {isRenaming && <RenameDialog passkey={passkey} onClose={() => setRenaming(false)} />}
    </Stack>
  );
};

/** The passkeys of the account, each with what can be done with it. */
export const PasskeyRows = ({ factor }: { factor: SecondFactor }) =>
  factor.passkeys.map((passkey) => (
    <FactorRow
      key={passkey.id}
      title={passkey.name}
      command={<PasskeyCommands passkey={passkey} factor={factor} />}
    >
      Passkey, added <When at={passkey.createdAt} />, last used <When at={passkey.lastUsedAt} never="never" />
    </FactorRow>
  ));
