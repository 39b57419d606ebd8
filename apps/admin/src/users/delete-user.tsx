import { useId, useState } from 'react';
import { Checkbox, FormControlLabel, FormHelperText } from '@mui/material';
import { useDataProvider, useRedirect } from 'react-admin';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import type { User } from '../api-types';
import { CommandButton } from '../components/command-button';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { isOwner, mayWrite } from '../providers/session';
import { userName } from './user-words';

const GOES =
  'Their connections are disconnected and revoked at the providers, their tasks end, and all of it is deleted. Their user tokens stop working.';

interface EraseChoiceProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
}

const EraseChoice = ({ checked, onChange }: EraseChoiceProps) => {
  const id = useId();
  return (
    <>
      <FormControlLabel
        sx={{ mt: 1.5 }}
        control={
          <Checkbox
            size="small"
            checked={checked}
            onChange={(event) => onChange(event.target.checked)}
            slotProps={{ input: { 'aria-describedby': id } }}
          />
        }
        label="Also erase them from the audit log"
        slotProps={{ typography: { variant: 'body2', sx: { fontWeight: 600 } } }}
      />
      <FormHelperText id={id} sx={{ ml: 3.5, mt: 0 }}>
        Their id, addresses, arguments and details go. That something happened, when, by which agent and over
        which connection stays, and the log still verifies. Copies that were sent elsewhere are not reached.
      </FormHelperText>
    </>
  );
};

/** Deletes a user for good, after a question, and goes back to the list. Owners may have the audit log forget them. */
export const DeleteUser = ({ user }: { user: User }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const redirect = useRedirect();
  const [eraseAudit, setEraseAudit] = useState(false);
  if (!mayWrite()) return null;
  const name = userName(user);
  const stays = eraseAudit ? 'The audit log forgets who they were.' : 'Only the audit log stays.';
  return (
    <CommandButton
      color="error"
      startIcon={<DeleteIcon />}
      run={async () => {
        await api.deleteUser(user.id, { eraseAudit });
        redirect('/users');
      }}
      done={eraseAudit ? `${name} is deleted. The audit log is being erased.` : `${name} is deleted.`}
      ask={{
        title: `Delete ${name}?`,
        content: `${GOES} ${stays} This cannot be undone.`,
        choice: isOwner() && <EraseChoice checked={eraseAudit} onChange={setEraseAudit} />,
        confirm: eraseAudit ? 'Delete and erase' : 'Delete user',
      }}
    >
      Delete user
    </CommandButton>
  );
};
