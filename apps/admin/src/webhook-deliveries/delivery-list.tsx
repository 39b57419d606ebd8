import { SelectInput, TextInput } from 'react-admin';
import icon from '@mui/icons-material/OutboxOutlined';
import type { WebhookDeliverySummary } from '../api-types';
import { CardLines } from '../components/cards';
import { Code } from '../components/code';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import { deliveryChoices, DeliveryStatusChip } from './delivery-status';

const POLL_MS = 5000;

const columns: Column<WebhookDeliverySummary>[] = [
  { label: 'Event', render: ({ type }) => <Code>{type}</Code> },
  { label: 'Status', width: 150, render: ({ status }) => <DeliveryStatusChip status={status} /> },
  { label: 'About', render: ({ objectId }) => <Code>{objectId}</Code> },
  { label: 'Attempts', align: 'right', render: ({ attempts }) => attempts },
  { label: 'Written', sortBy: 'createdAt', width: 150, render: ({ createdAt }) => <When at={createdAt} /> },
];

const filters = (
  <>
    <SelectInput source="status" label="Status" choices={deliveryChoices} emptyText="Any" />
    <TextInput source="type" label="Event" resettable />
    <TextInput source="userId" label="User id" resettable />
    <TextInput source="webhookId" label="Webhook id" resettable />
  </>
);

const DeliveryList = () => (
  <ResourceList<WebhookDeliverySummary>
    resource="webhook-deliveries"
    title="Webhook deliveries"
    lead="Messages to your apps, with every attempt and answer. They are kept for thirty days."
    sort={{ field: 'createdAt', order: 'DESC' }}
    filters={filters}
    columns={columns}
    pollMs={() => POLL_MS}
    card={({ type, status, objectId, createdAt }) => (
      <CardLines
        title={<Code>{type}</Code>}
        status={<DeliveryStatusChip status={status} />}
        lines={[objectId, <When at={createdAt} />]}
      />
    )}
    empty={
      <EmptyState icon={icon} title="No message was written yet">
        One is written for each webhook when something happens that it is told of.
      </EmptyState>
    }
  />
);

export default DeliveryList;
