import { Typography } from '@mui/material';
import { SecretDialog } from '../components/secret-dialog';

interface KeyDialogProps {
  agentName: string;
  agentKey: string | undefined;
  onClose: () => void;
}

export const KeyDialog = ({ agentName, agentKey, onClose }: KeyDialogProps) => (
  <SecretDialog
    title={`Key for ${agentName}`}
    warning="Copy the key now. It is stored as a hash only and cannot be shown again."
    label="Agent key"
    secret={agentKey}
    confirm="I have stored the key"
    onClose={onClose}
  >
    <Typography variant="body2" color="textSecondary">
      The agent sends it as <code>Authorization: Bearer</code> with every call. Keep it where you keep
      passwords.
    </Typography>
  </SecretDialog>
);
