import { useDataProvider, useNavigate, useNotify, useRefresh } from 'react-admin';
import type { Webhook } from '../api-types';
import { Page } from '../components/page';
import { ReadOnlyCard } from '../components/read-only-card';
import { recordPath } from '../components/paths';
import { RecordPage } from '../components/record-page';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { eventTypesOf, WebhookForm, type WebhookValues } from './webhook-form';

const valuesOf = ({ url, description, eventTypes }: Webhook): WebhookValues => ({
  url,
  description: description ?? '',
  all: eventTypes === undefined,
  eventTypes: eventTypes ?? [],
});

/** Only what differs, so that the audit log names it. */
const changeOf = (before: WebhookValues, after: WebhookValues) => {
  const types = eventTypesOf(after);
  return {
    ...(after.url === before.url ? {} : { url: after.url }),
    ...(after.description === before.description ? {} : { description: after.description || null }),
    ...(String(types) === String(eventTypesOf(before)) ? {} : { eventTypes: types ?? null }),
  };
};

const Editing = ({ webhook }: { webhook: Webhook }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const values = valuesOf(webhook);
  const shown = recordPath('webhooks', webhook.id);
  const save = async (typed: WebhookValues) => {
    await api.changeWebhook(webhook.id, changeOf(values, typed));
    notify('The webhook is changed.', { type: 'success' });
    refresh();
    navigate(shown);
  };
  return (
    <Page title="Edit webhook" back={{ to: shown, label: webhook.description ?? 'Webhook' }}>
      {mayWrite() ? (
        <WebhookForm values={values} submit="Save changes" save={save} />
      ) : (
        <ReadOnlyCard>Ask an owner or an admin to change it.</ReadOnlyCard>
      )}
    </Page>
  );
};

const WebhookEdit = () => (
  <RecordPage<Webhook> resource="webhooks" what="Webhook" back={{ to: '/webhooks', label: 'Webhooks' }}>
    {(webhook) => <Editing webhook={webhook} />}
  </RecordPage>
);

export default WebhookEdit;
