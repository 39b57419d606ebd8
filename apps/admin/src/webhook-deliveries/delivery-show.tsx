import { Box, Stack, Typography } from '@mui/material';
import { Link, useDataProvider } from 'react-admin';
import ReplayIcon from '@mui/icons-material/Replay';
import type { WebhookDelivery, WebhookDeliverySummary } from '../api-types';
import { Code, CodeBlock } from '../components/code';
import { CommandButton } from '../components/command-button';
import { Facts } from '../components/facts';
import { UserLink } from '../components/names';
import { Page } from '../components/page';
import { recordPath } from '../components/paths';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { EmptyState, LoadingRows } from '../components/states';
import { StatusMark } from '../components/status-chip';
import { durationWords } from '../components/time-words';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { deliveryLooks, DeliveryStatusChip } from './delivery-status';

type Attempt = WebhookDelivery['log'][number];

const REST_MS = 100;
const WAITING_MS = 2000;

const back = { to: '/webhook-deliveries', label: 'Webhook deliveries' };

/** A record from a list is shown first, until the rest of it comes. */
const isWhole = (delivery: WebhookDelivery | WebhookDeliverySummary): delivery is WebhookDelivery =>
  'log' in delivery;

const pollMs = (delivery: WebhookDelivery) => {
  // React-admin takes a record from a list for a fresh one, and would not read the rest.
  if (!isWhole(delivery)) return REST_MS;
  return delivery.status === 'pending' ? WAITING_MS : false;
};

const Replay = ({ delivery }: { delivery: WebhookDelivery }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  if (!mayWrite() || delivery.status === 'pending') return null;
  return (
    <CommandButton
      startIcon={<ReplayIcon />}
      run={() => api.replayDelivery(delivery.id)}
      done="The message is sent again."
    >
      Send again
    </CommandButton>
  );
};

const AttemptRow = ({ attempt: { at, status, error, answer, durationMs } }: { attempt: Attempt }) => {
  const outcome = error === undefined ? 'succeeded' : 'failed';
  return (
    <Stack
      component="li"
      direction="row"
      sx={{
        px: 2.5,
        py: 1.75,
        gap: 1.5,
        borderBottom: 1,
        borderColor: 'divider',
        '&:last-of-type': { borderBottom: 0 },
      }}
    >
      <StatusMark status={outcome} look={deliveryLooks[outcome]} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="body2" component="div">
          {status === undefined ? <Code>{error}</Code> : `Answered ${status}`} after{' '}
          {durationWords(durationMs)}, <When at={at} />
        </Typography>
        {answer !== undefined && (
          <Box sx={{ mt: 1, borderRadius: 1 }}>
            <CodeBlock value={answer} label="Beginning of the answer" />
          </Box>
        )}
      </Box>
    </Stack>
  );
};

const Attempts = ({ log }: { log: readonly Attempt[] }) =>
  log.length === 0 ? (
    <EmptyState title="It was not sent yet">
      It waits for its turn, or for an earlier message about the same object.
    </EmptyState>
  ) : (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {log.map((attempt) => (
        <AttemptRow key={attempt.id} attempt={attempt} />
      ))}
    </Box>
  );

const Shown = ({ delivery }: { delivery: WebhookDelivery }) => (
  <Page
    title={`Delivery of ${delivery.type}`}
    heading={<Code>{delivery.type}</Code>}
    back={back}
    actions={<Replay delivery={delivery} />}
  >
    <Section title="Facts">
      <Facts
        facts={[
          ['Status', <DeliveryStatusChip status={delivery.status} />],
          [
            'Webhook',
            <Link to={recordPath('webhooks', delivery.webhookId)}>
              <Code>{delivery.webhookId}</Code>
            </Link>,
          ],
          ['About', <Code>{delivery.objectId}</Code>],
          delivery.userId !== undefined && ['User', <UserLink id={delivery.userId} />],
          delivery.nextAttemptAt !== undefined && ['Next attempt', <When at={delivery.nextAttemptAt} />],
          ['Written', <When at={delivery.createdAt} />],
          ['webhook-id', <Code>{delivery.messageId}</Code>],
        ]}
      />
    </Section>
    <Section title="Attempts">
      {isWhole(delivery) ? <Attempts log={delivery.log} /> : <LoadingRows rows={2} />}
    </Section>
    <Section title="Message">
      {isWhole(delivery) ? (
        <CodeBlock value={JSON.parse(delivery.body)} label="Body of the message" />
      ) : (
        <LoadingRows rows={4} />
      )}
    </Section>
  </Page>
);

const DeliveryShow = () => (
  <RecordPage<WebhookDelivery> resource="webhook-deliveries" what="Delivery" back={back} pollMs={pollMs}>
    {(delivery) => <Shown delivery={delivery} />}
  </RecordPage>
);

export default DeliveryShow;
