import { Alert } from '@mui/material';
import { Link } from 'react-admin';
import type { Webhook } from '../api-types';
import { Code } from '../components/code';
import { Facts } from '../components/facts';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { When } from '../components/when';
import { RecentDeliveries } from '../webhook-deliveries/recent-deliveries';
import { WebhookCommands } from './webhook-commands';
import { WebhookSecrets } from './webhook-secrets';
import { hostOf, WebhookStatusChip } from './webhook-status';

const back = { to: '/webhooks', label: 'Webhooks' };
const POLL_MS = 5000;

const endings = {
  failing: 'Every attempt of three days failed, so it was disabled. Enable it once its receiver works.',
  gone: 'Its receiver answered 410 Gone, so it was disabled.',
  operator: undefined,
};

const Warning = ({ webhook: { disabledReason, failingSince, lastError } }: { webhook: Webhook }) => {
  const ended = disabledReason && endings[disabledReason];
  if (ended)
    return (
      <Alert severity="error" variant="outlined" sx={{ mb: 3 }}>
        {ended} {lastError && <Code>{lastError}</Code>}
      </Alert>
    );
  if (!failingSince || disabledReason) return null;
  return (
    <Alert severity="warning" variant="outlined" sx={{ mb: 3 }}>
      Every attempt has failed since <When at={failingSince} />; after three days it is disabled.{' '}
      {lastError && <Code>{lastError}</Code>}
    </Alert>
  );
};

const Shown = ({ webhook }: { webhook: Webhook }) => (
  <Page
    title={webhook.description ?? hostOf(webhook)}
    back={back}
    actions={<WebhookCommands webhook={webhook} />}
  >
    <Warning webhook={webhook} />
    <Section title="Facts">
      <Facts
        facts={[
          ['Status', <WebhookStatusChip webhook={webhook} />],
          ['Address', <Code>{webhook.url}</Code>],
          ['Told of', webhook.eventTypes ? webhook.eventTypes.join(', ') : 'All events, later types too'],
          ['Last delivery', <When at={webhook.deliveredAt} never="None yet" />],
          ['Added', <When at={webhook.createdAt} />],
          ['Webhook id', <Code>{webhook.id}</Code>],
        ]}
      />
    </Section>
    <WebhookSecrets webhook={webhook} />
    <Section
      title="Latest deliveries"
      action={
        <Link
          to={`/webhook-deliveries?filter=${encodeURIComponent(JSON.stringify({ webhookId: webhook.id }))}`}
        >
          All deliveries
        </Link>
      }
    >
      <RecentDeliveries webhookId={webhook.id} />
    </Section>
  </Page>
);

const WebhookShow = () => (
  <RecordPage<Webhook> resource="webhooks" what="Webhook" back={back} pollMs={() => POLL_MS}>
    {(webhook) => <Shown webhook={webhook} />}
  </RecordPage>
);

export default WebhookShow;
