import { Typography } from '@mui/material';
import { SecretDialog } from '../components/secret-dialog';

interface WebhookSecretDialogProps {
  secret: string | undefined;
  onClose: () => void;
}

export const WebhookSecretDialog = ({ secret, onClose }: WebhookSecretDialogProps) => (
  <SecretDialog
    title="Secret of the webhook"
    warning="Copy the secret now. It is stored sealed and cannot be shown again."
    label="Webhook secret"
    secret={secret}
    confirm="I have stored the secret"
    onClose={onClose}
  >
    <Typography variant="body2" color="textSecondary">
      The receiver verifies each message with it (Standard Webhooks, <code>v1</code>). With the public key,
      which stays on the page of the webhook, it can verify <code>v1a</code> instead.
    </Typography>
  </SecretDialog>
);
