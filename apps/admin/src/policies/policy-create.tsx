import { useDataProvider, useNavigate, useNotify, useRefresh } from 'react-admin';
import { Page } from '../components/page';
import { ReadOnlyCard } from '../components/read-only-card';
import { recordPath } from '../components/paths';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { PolicyForm, type PolicyValues } from './policy-form';

const back = { to: '/policies', label: 'Policies' };
const empty = { name: '', text: '', enabled: true, validUntil: null };

const Creating = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const save = async (values: PolicyValues) => {
    const { id, name } = await api.createPolicy(values);
    notify(`${name} is created.`, { type: 'success' });
    refresh();
    navigate(recordPath('policies', id));
  };
  return (
    <Page title="Create policy" lead="It is in force everywhere within two seconds." back={back}>
      <PolicyForm values={empty} submit="Create policy" save={save} />
    </Page>
  );
};

const PolicyCreate = () =>
  mayWrite() ? (
    <Creating />
  ) : (
    <Page title="Create policy" back={back}>
      <ReadOnlyCard>Ask an owner or an admin to create the policy.</ReadOnlyCard>
    </Page>
  );

export default PolicyCreate;
