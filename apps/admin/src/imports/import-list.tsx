import { Button } from '@mui/material';
import { LinkBase } from 'react-admin';
import AddIcon from '@mui/icons-material/Add';
import icon from '@mui/icons-material/ApiOutlined';
import type { ImportedProvider } from '../api-types';
import { CardLines } from '../components/cards';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import { isOwner } from '../providers/session';

const documentOf = ({ title, documentVersion }: ImportedProvider) => `${title} ${documentVersion}`.trim();
const countOf = ({ actions }: ImportedProvider) =>
  actions.length === 1 ? '1 action' : `${actions.length} actions`;

const columns: Column<ImportedProvider>[] = [
  { label: 'Provider', render: ({ displayName }) => displayName },
  { label: 'Document', render: documentOf },
  { label: 'Actions', width: 120, render: countOf },
  { label: 'Import', width: 90, render: ({ version }) => version },
  { label: 'Imported', width: 150, render: ({ importedAt }) => <When at={importedAt} /> },
];

const NewImportButton = () =>
  isOwner() ? (
    <Button component={LinkBase} to="/providers/create" variant="contained" startIcon={<AddIcon />}>
      Import a document
    </Button>
  ) : null;

const ImportList = () => (
  <ResourceList<ImportedProvider>
    resource="providers"
    title="Imported actions"
    lead="Operations of an OpenAPI document as actions of a provider: for calls, tasks, policies and tools of models, like those that Valetkey brings."
    sort={{ field: 'id', order: 'ASC' }}
    actions={<NewImportButton />}
    columns={columns}
    card={(one) => <CardLines title={one.displayName} lines={[documentOf(one), countOf(one)]} />}
    empty={
      <EmptyState icon={icon} title="No document is imported" action={<NewImportButton />}>
        Agents have the actions that Valetkey brings, and the proxy for the rest of each API.
      </EmptyState>
    }
  />
);

export default ImportList;
