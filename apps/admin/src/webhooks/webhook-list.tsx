import { Button } from '@mui/material';
import { LinkBase } from 'react-admin';
import AddIcon from '@mui/icons-material/Add';
import icon from '@mui/icons-material/WebhookOutlined';
import type { Webhook } from '../api-types';
import { CardLines } from '../components/cards';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import { mayWrite } from '../providers/session';
import { eventWords, WebhookStatusChip } from './webhook-status';

const nameOf = ({ description, url }: Webhook) => description ?? url;

const columns: Column<Webhook>[] = [
  { label: 'Webhook', sortBy: 'url', render: nameOf },
  { label: 'Status', width: 190, render: (webhook) => <WebhookStatusChip webhook={webhook} /> },
  { label: 'Told of', width: 200, render: eventWords },
  {
    label: 'Last delivery',
    sortBy: 'deliveredAt',
    width: 150,
    render: ({ deliveredAt }) => <When at={deliveredAt} never="None yet" />,
  },
];

const NewWebhookButton = () =>
  mayWrite() ? (
    <Button component={LinkBase} to="/webhooks/create" variant="contained" startIcon={<AddIcon />}>
      Add webhook
    </Button>
  ) : null;

const WebhookList = () => (
  <ResourceList<Webhook>
    resource="webhooks"
    title="Webhooks"
    lead="Addresses of your apps that are told what happens, by ids alone and signed. What one does not take is sent again for three days."
    sort={{ field: 'createdAt', order: 'DESC' }}
    actions={
      <>
        <Button component={LinkBase} to="/webhook-deliveries" variant="outlined">
          Delivery log
        </Button>
        <NewWebhookButton />
      </>
    }
    columns={columns}
    card={(webhook) => (
      <CardLines
        title={nameOf(webhook)}
        status={<WebhookStatusChip webhook={webhook} />}
        lines={[eventWords(webhook), webhook.lastError]}
      />
    )}
    empty={
      <EmptyState icon={icon} title="No app is told of anything" action={<NewWebhookButton />}>
        Add the address of an app that wants to know when a user connects, a task ends or a connection breaks.
      </EmptyState>
    }
  />
);

export default WebhookList;
