import { useGetList, useLocation } from 'react-admin';
import type { Connector, ConnectorPreset } from '../api-types';
import { Page } from '../components/page';
import { ReadOnlyCard } from '../components/read-only-card';
import { EmptyState, ErrorState, LoadingRows } from '../components/states';
import { mayWrite } from '../providers/session';
import { AddConnector } from './gallery/add-connector';
import { Gallery } from './gallery/gallery';
import { WithPresets } from './with-presets';

const title = 'Add a connector';
const toConnectors = { to: '/connectors', label: 'Connectors' };
const toGallery = { to: '/connectors/create', label: title };

const useConnectors = () =>
  useGetList<Connector>('connectors', { pagination: { page: 1, perPage: 100 } }, { retry: false });

const Choosing = ({ presets }: { presets: ConnectorPreset[] }) => (
  <Gallery presets={presets} connectors={useConnectors().data ?? []} />
);

const Adding = ({
  preset,
  api,
}: {
  preset: ConnectorPreset;
  api: ConnectorPreset['apis'][number] | undefined;
}) => {
  const { data, error, refetch } = useConnectors();
  if (data) return <AddConnector preset={preset} api={api} connectors={data} />;
  return error ? (
    <ErrorState error={error} what="The connectors" onRetry={() => void refetch()} />
  ) : (
    <LoadingRows rows={6} />
  );
};

const Unknown = ({ id }: { id: string }) => (
  <EmptyState title="There is no such provider">Nothing is known under the id {id}.</EmptyState>
);

const Chosen = ({ presetId, apiId }: { presetId: string; apiId: string | null }) => (
  <WithPresets>
    {(presets) => {
      const preset = presets.find(({ id }) => id === presetId);
      const api = preset?.apis.find(({ id }) => id === (apiId ?? presetId.replace(/:.*/, '')));
      return (
        <Page
          title={preset ? `Add ${(apiId && api?.displayName) || preset.displayName}` : title}
          lead={(apiId && api?.summary) || preset?.guide.summary}
          back={toGallery}
        >
          {preset ? <Adding key={presetId} preset={preset} api={api} /> : <Unknown id={presetId} />}
        </Page>
      );
    }}
  </WithPresets>
);

const Creating = () => {
  const chosen = new URLSearchParams(useLocation().search);
  const presetId = chosen.get('preset');
  if (presetId !== null) return <Chosen presetId={presetId} apiId={chosen.get('api')} />;
  return (
    <Page
      title={title}
      lead="Choose whose accounts your users shall connect. You register an app there, and enter its client id and secret here."
      back={toConnectors}
    >
      <WithPresets>{(presets) => <Choosing presets={presets} />}</WithPresets>
    </Page>
  );
};

const ReadOnly = () => (
  <Page title={title} back={toConnectors}>
    <ReadOnlyCard>Ask an owner or an admin to add the connector.</ReadOnlyCard>
  </Page>
);

const ConnectorCreate = () => (mayWrite() ? <Creating /> : <ReadOnly />);

export default ConnectorCreate;
