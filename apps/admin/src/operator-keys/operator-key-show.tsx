import { Link, useDataProvider, useReference } from 'react-admin';
import type { Operator, OperatorKey } from '../api-types';
import { Code } from '../components/code';
import { CommandButton } from '../components/command-button';
import { Facts } from '../components/facts';
import { Page } from '../components/page';
import { recordPath } from '../components/paths';
import { RecordPage } from '../components/record-page';
import { roleHints, roleWords } from '../components/role-words';
import { Section } from '../components/section';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { isOwner } from '../providers/session';
import { OperatorKeyStatus } from './operator-key-status';

const back = { to: '/operator-keys', label: 'Operator keys' };

const Maker = ({ id }: { id: string }) => {
  const { referenceRecord } = useReference<Operator>({
    reference: 'operators',
    id,
    options: { retry: false },
  });
  return <Link to={recordPath('operators', id)}>{referenceRecord?.email ?? id}</Link>;
};

const RevokeButton = ({ operatorKey: { id, name, prefix } }: { operatorKey: OperatorKey }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return (
    <CommandButton
      color="error"
      run={() => api.revokeOperatorKey(id)}
      done="The key is revoked."
      ask={{
        title: `Revoke ${name}?`,
        content: `Calls with the key ${prefix}… are refused from now on. This cannot be undone.`,
        confirm: 'Revoke',
      }}
    >
      Revoke
    </CommandButton>
  );
};

const Shown = ({ operatorKey }: { operatorKey: OperatorKey }) => {
  const { id, name, status, role, prefix, makerId, createdAt, expiresAt, lastUsedAt, revokedAt } =
    operatorKey;
  return (
    <Page
      title={name}
      back={back}
      actions={isOwner() && status === 'active' && <RevokeButton operatorKey={operatorKey} />}
    >
      <Section title="Facts">
        <Facts
          facts={[
            ['Status', <OperatorKeyStatus status={status} />],
            ['Role', `${roleWords[role]}: ${roleHints[role]}`],
            ['Begins with', <Code>{prefix}</Code>],
            ['Last used', <When at={lastUsedAt} never="never" />],
            ['Made', <When at={createdAt} />],
            makerId !== undefined && ['Made by', <Maker id={makerId} />],
            ['Expires', <When at={expiresAt} never="never" />],
            revokedAt !== undefined && ['Revoked', <When at={revokedAt} />],
            ['Operator key id', <Code>{id}</Code>],
          ]}
        />
      </Section>
    </Page>
  );
};

const OperatorKeyShow = () => (
  <RecordPage<OperatorKey> resource="operator-keys" what="Operator key" back={back}>
    {(operatorKey) => <Shown operatorKey={operatorKey} />}
  </RecordPage>
);

export default OperatorKeyShow;
