import { useDataProvider, useNavigate, useNotify, useRefresh } from 'react-admin';
import type { Policy } from '../api-types';
import { Page } from '../components/page';
import { ReadOnlyCard } from '../components/read-only-card';
import { recordPath } from '../components/paths';
import { RecordPage } from '../components/record-page';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { PolicyFault } from './policy-fault';
import { PolicyForm, type PolicyValues } from './policy-form';

/** Only what differs, so that the audit log names it. */
const changeOf = (before: PolicyValues, after: PolicyValues) =>
  Object.fromEntries(
    (['name', 'text', 'enabled', 'validUntil'] as const)
      .filter((field) => before[field] !== after[field])
      .map((field) => [field, after[field]]),
  );

const Editing = ({ policy }: { policy: Policy }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const { id, name, text, enabled, validUntil = null } = policy;
  const before = { name, text, enabled, validUntil };
  const save = async (values: PolicyValues) => {
    await api.changePolicy(id, changeOf(before, values));
    notify('The policy is changed.', { type: 'success' });
    refresh();
    navigate(recordPath('policies', id));
  };
  return (
    <Page title={`Edit ${name}`} back={{ to: recordPath('policies', id), label: name }}>
      <PolicyFault policy={policy} />
      {mayWrite() ? (
        <PolicyForm values={before} submit="Save changes" save={save} />
      ) : (
        <ReadOnlyCard>Ask an owner or an admin to change it.</ReadOnlyCard>
      )}
    </Page>
  );
};

const PolicyEdit = () => (
  <RecordPage<Policy> resource="policies" what="Policy" back={{ to: '/policies', label: 'Policies' }}>
    {(policy) => <Editing policy={policy} />}
  </RecordPage>
);

export default PolicyEdit;
