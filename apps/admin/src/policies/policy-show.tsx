import { Button } from '@mui/material';
import { LinkBase, useDataProvider, useRedirect } from 'react-admin';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import EditIcon from '@mui/icons-material/EditOutlined';
import type { Policy } from '../api-types';
import { Code, CodeBlock } from '../components/code';
import { CommandButton } from '../components/command-button';
import { Facts } from '../components/facts';
import { editPath } from '../components/paths';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { DryRun } from './dry-run';
import { PolicyFault } from './policy-fault';
import { PolicyStatusChip } from './policy-status';

const back = { to: '/policies', label: 'Policies' };

const Commands = ({ policy: { id, name, enabled } }: { policy: Policy }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const redirect = useRedirect();
  if (!mayWrite()) return null;
  return (
    <>
      <Button
        component={LinkBase}
        to={editPath('policies', id)}
        variant="outlined"
        size="small"
        startIcon={<EditIcon />}
      >
        Edit
      </Button>
      <CommandButton
        run={() => api.changePolicy(id, { enabled: !enabled })}
        done={enabled ? `${name} is switched off.` : `${name} is in force.`}
      >
        {enabled ? 'Switch off' : 'Put in force'}
      </CommandButton>
      <CommandButton
        color="error"
        startIcon={<DeleteIcon />}
        run={async () => {
          await api.deletePolicy(id);
          redirect('/policies');
        }}
        done={`${name} is deleted.`}
        ask={{
          title: `Delete ${name}?`,
          content: 'What it forbade becomes possible within two seconds, and what it permitted ends.',
          confirm: 'Delete policy',
        }}
      >
        Delete
      </CommandButton>
    </>
  );
};

const Shown = ({ policy }: { policy: Policy }) => (
  <Page title={policy.name} back={back} actions={<Commands policy={policy} />}>
    <PolicyFault policy={policy} />
    <Section title="Rule">
      <CodeBlock value={policy.text} label="The rule" />
    </Section>
    <Section title="Facts">
      <Facts
        facts={[
          ['Status', <PolicyStatusChip policy={policy} />],
          policy.validUntil !== undefined && ['Until', <When at={policy.validUntil} />],
          ['Changed', <When at={policy.updatedAt} />],
          ['Created', <When at={policy.createdAt} />],
          ['Policy id', <Code>{policy.id}</Code>],
        ]}
      />
    </Section>
    <DryRun />
  </Page>
);

const PolicyShow = () => (
  <RecordPage<Policy> resource="policies" what="Policy" back={back}>
    {(policy) => <Shown policy={policy} />}
  </RecordPage>
);

export default PolicyShow;
