import { Button } from '@mui/material';
import { LinkBase, useDataProvider, useNavigate, useRedirect } from 'react-admin';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import EditIcon from '@mui/icons-material/EditOutlined';
import SendIcon from '@mui/icons-material/SendOutlined';
import type { Webhook } from '../api-types';
import { CommandButton } from '../components/command-button';
import { editPath, recordPath } from '../components/paths';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { hostOf } from './webhook-status';

const Test = ({ webhook }: { webhook: Webhook }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const navigate = useNavigate();
  return (
    <CommandButton
      startIcon={<SendIcon />}
      run={async () => {
        const { id } = await api.testWebhook(webhook.id);
        navigate(recordPath('webhook-deliveries', id));
      }}
    >
      Send test
    </CommandButton>
  );
};

const Switch = ({ webhook: { id, disabled } }: { webhook: Webhook }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return (
    <CommandButton
      run={() => api.changeWebhook(id, { disabled: !disabled })}
      done={disabled ? 'The webhook is enabled.' : 'The webhook is disabled.'}
      {...(disabled
        ? {}
        : {
            ask: {
              title: 'Disable this webhook?',
              content: 'It is told nothing until it is enabled again, and nothing of that time afterwards.',
              confirm: 'Disable webhook',
            },
          })}
    >
      {disabled ? 'Enable' : 'Disable'}
    </CommandButton>
  );
};

const Delete = ({ webhook }: { webhook: Webhook }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const redirect = useRedirect();
  return (
    <CommandButton
      color="error"
      startIcon={<DeleteIcon />}
      run={async () => {
        await api.deleteWebhook(webhook.id);
        redirect('/webhooks');
      }}
      done="The webhook is deleted."
      ask={{
        title: `Delete the webhook at ${hostOf(webhook)}?`,
        content: 'What still waits for it is not sent, and its delivery log goes with it.',
        confirm: 'Delete webhook',
      }}
    >
      Delete
    </CommandButton>
  );
};

export const WebhookCommands = ({ webhook }: { webhook: Webhook }) =>
  mayWrite() ? (
    <>
      <Test webhook={webhook} />
      <Button
        component={LinkBase}
        to={editPath('webhooks', webhook.id)}
        variant="outlined"
        size="small"
        startIcon={<EditIcon />}
      >
        Edit
      </Button>
      <Switch webhook={webhook} />
      <Delete webhook={webhook} />
    </>
  ) : null;
