import { Typography } from '@mui/material';
import type { InvitedOperator } from '../api-types';
import { SecretDialog } from '../components/secret-dialog';

interface InvitationDialogProps {
  invited: InvitedOperator | undefined;
  onClose: () => void;
}

export const InvitationDialog = ({ invited, onClose }: InvitationDialogProps) => (
  <SecretDialog
    title={`Invitation for ${invited?.email ?? ''}`}
    warning="Copy the link now. It is stored as a hash only and cannot be shown again."
    label="Invitation link"
    secret={invited?.link}
    confirm="I have copied the link"
    onClose={onClose}
  >
    <Typography variant="body2" color="textSecondary">
      Nothing was sent. Pass the link on where only {invited?.email} reads it: it works once, within 24 hours,
      for whoever opens it first.
    </Typography>
  </SecretDialog>
);
