import { useState } from 'react';
import { useDataProvider, useNavigate, useRefresh } from 'react-admin';
import { Page } from '../components/page';
import { ReadOnlyCard } from '../components/read-only-card';
import { recordPath } from '../components/paths';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { eventTypesOf, WebhookForm, type WebhookValues } from './webhook-form';
import { WebhookSecretDialog } from './webhook-secret-dialog';

const back = { to: '/webhooks', label: 'Webhooks' };
const empty: WebhookValues = { url: '', description: '', all: true, eventTypes: [] };

const Creating = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [created, setCreated] = useState<{ id: string; secret: string }>();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const save = async (values: WebhookValues) => {
    const { url, description } = values;
    const named = description ? { description } : {};
    setCreated(await api.createWebhook({ url, ...named, eventTypes: eventTypesOf(values) }));
  };
  const close = () => {
    refresh();
    navigate(created ? recordPath('webhooks', created.id) : '/webhooks');
  };
  return (
    <Page title="Add webhook" lead="You get its secret in the next step." back={back}>
      <WebhookForm values={empty} submit="Add webhook" save={save} />
      <WebhookSecretDialog secret={created?.secret} onClose={close} />
    </Page>
  );
};

const WebhookCreate = () =>
  mayWrite() ? (
    <Creating />
  ) : (
    <Page title="Add webhook" back={back}>
      <ReadOnlyCard>Ask an owner or an admin to add the webhook.</ReadOnlyCard>
    </Page>
  );

export default WebhookCreate;
