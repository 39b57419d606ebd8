import { useDataProvider, useRedirect } from 'react-admin';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import type { User } from '../api-types';
import { CommandButton } from '../components/command-button';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { userName } from './user-words';

/** Deletes a user for good, after a question, and goes back to the list. */
export const DeleteUser = ({ user }: { user: User }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const redirect = useRedirect();
  if (!mayWrite()) return null;
  const name = userName(user);
  return (
    <CommandButton
      color="error"
      startIcon={<DeleteIcon />}
      run={async () => {
        await api.deleteUser(user.id);
        redirect('/users');
      }}
      done={`${name} is deleted.`}
      ask={{
        title: `Delete ${name}?`,
        content:
          'Their connections are disconnected and revoked at the providers, their tasks end, and all of it is deleted. Their user tokens stop working. Only the audit log stays. This cannot be undone.',
        confirm: 'Delete user',
      }}
    >
      Delete user
    </CommandButton>
  );
};
