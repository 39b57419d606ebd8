import { useState } from 'react';
import { Box, Typography } from '@mui/material';
import { useDataProvider } from 'react-admin';
import KeyIcon from '@mui/icons-material/VpnKeyOutlined';
import type { Webhook } from '../api-types';
import { CommandButton } from '../components/command-button';
import { CopyField } from '../components/copy-field';
import { Section } from '../components/section';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { WebhookSecretDialog } from './webhook-secret-dialog';

type Secret = Webhook['secrets'][number];

const SecretRow = ({ secret }: { secret: Secret }) => (
  <Box
    component="li"
    sx={{ px: 2.5, py: 1.75, borderBottom: 1, borderColor: 'divider', '&:last-of-type': { borderBottom: 0 } }}
  >
    <CopyField value={secret.publicKey} label={secret.expiresAt ? 'Former public key' : 'Public key'} />
    <Typography variant="body2" color="textSecondary" component="div" sx={{ mt: 0.75 }}>
      Made <When at={secret.createdAt} />
      {secret.expiresAt ? (
        <>
          ; a former secret, which ends <When at={secret.expiresAt} />
        </>
      ) : (
        ', the current secret'
      )}
    </Typography>
  </Box>
);

export const WebhookSecrets = ({ webhook }: { webhook: Webhook }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [fresh, setFresh] = useState<string>();
  return (
    <Section
      title="Secrets"
      hint="A rotation has both the new and the former secret sign for 24 hours, so that receivers can change over."
      action={
        mayWrite() && (
          <CommandButton
            startIcon={<KeyIcon />}
            run={async () => setFresh((await api.rotateWebhookSecret(webhook.id)).secret)}
            ask={{
              title: 'Rotate the secret?',
              content: 'You get a new secret. The former one signs too for 24 hours, then no longer.',
              confirm: 'Rotate secret',
            }}
          >
            Rotate
          </CommandButton>
        )
      }
    >
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {webhook.secrets.map((secret) => (
          <SecretRow key={secret.id} secret={secret} />
        ))}
      </Box>
      <WebhookSecretDialog secret={fresh} onClose={() => setFresh(undefined)} />
    </Section>
  );
};
