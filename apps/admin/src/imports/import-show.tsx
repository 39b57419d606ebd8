import { Button } from '@mui/material';
import { LinkBase, useDataProvider, useRedirect } from 'react-admin';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import type { ImportedProviderDetail } from '../api-types';
import { Code } from '../components/code';
import { CommandButton } from '../components/command-button';
import { Facts } from '../components/facts';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { isOwner } from '../providers/session';
import { OperationTable } from './operation-table';

const back = { to: '/providers', label: 'Imported actions' };

const Commands = ({ provider: { id, displayName } }: { provider: ImportedProviderDetail }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const redirect = useRedirect();
  if (!isOwner()) return null;
  return (
    <>
      <Button
        component={LinkBase}
        to={`/providers/create?provider=${encodeURIComponent(id)}`}
        variant="outlined"
        size="small"
      >
        Import again
      </Button>
      <CommandButton
        color="error"
        startIcon={<DeleteIcon />}
        run={async () => {
          await api.deleteImport(id);
          redirect('/providers');
        }}
        done="The actions are gone."
        ask={{
          title: `Delete the imported actions of ${displayName}?`,
          content: 'Agents cannot run them any more, and tasks for them end. Connections stay.',
          confirm: 'Delete actions',
        }}
      >
        Delete
      </CommandButton>
    </>
  );
};

const Shown = ({ provider }: { provider: ImportedProviderDetail }) => (
  <Page title={provider.displayName} back={back} actions={<Commands provider={provider} />}>
    <Section title="Facts">
      <Facts
        facts={[
          ['Document', `${provider.title} ${provider.documentVersion}`.trim()],
          ['Import', provider.version],
          ['Imported', <When at={provider.importedAt} />],
          ['By', <Code>{provider.importedBy}</Code>],
          ['Digest', <Code>{provider.digest}</Code>],
        ]}
      />
    </Section>
    <Section title="Actions">
      <OperationTable operations={provider.operations} />
    </Section>
    <Section title="All imports" hint="The newest is in force.">
      <Facts
        facts={provider.versions.map(({ version, title, documentVersion, importedAt }) => [
          `Import ${version}`,
          <>
            {`${title} ${documentVersion}`.trim()}, <When at={importedAt} />
          </>,
        ])}
      />
    </Section>
  </Page>
);

const ImportShow = () => (
  <RecordPage<ImportedProviderDetail> resource="providers" what="Import" back={back}>
    {(provider) => <Shown provider={provider} />}
  </RecordPage>
);

export default ImportShow;
