import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useDataProvider, useNavigate } from 'react-admin';
import type { InvitedOperator, Operator, OperatorRole } from '../api-types';
import { CommandButton } from '../components/command-button';
import { roleHints, roleWords } from '../components/role-words';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { signInOptions } from '../providers/single-sign-on';
import { InvitationDialog } from './invitation-dialog';

interface Props {
  operator: Operator;
}

export const RoleButtons = ({ operator }: Props) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const others = (Object.keys(roleWords) as OperatorRole[]).filter((role) => role !== operator.role);
  return others.map((role) => (
    <CommandButton
      key={role}
      run={() => api.changeOperator(operator.id, { role })}
      done={`${operator.email} is ${role} now.`}
      ask={{
        title: `Make ${operator.email} ${role}?`,
        content: `${roleHints[role]} It counts from their next request on.`,
        confirm: `Make ${role}`,
      }}
    >
      Make {role}
    </CommandButton>
  ));
};

export const NewInvitation = ({ operator }: Props) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [invited, setInvited] = useState<InvitedOperator>();
  return (
    <>
      <CommandButton run={async () => setInvited(await api.inviteOperatorAgain(operator.id))}>
        New link
      </CommandButton>
      <InvitationDialog invited={invited} onClose={() => setInvited(undefined)} />
    </>
  );
};

/** Where single sign-on is set up: an account that is there already is linked only if an owner says so. */
export const LinkButton = ({ operator }: Props) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const { data } = useQuery({ queryKey: ['sign-in-options'], queryFn: signInOptions });
  const name = data?.singleSignOn?.name;
  if (!name || operator.status !== 'active') return null;
  return (
    <CommandButton
      run={() => api.letLinkSingleSignOn(operator.id)}
      done={`${operator.email} can sign in with ${name} within 24 hours.`}
      ask={{
        title: `Let ${operator.email} sign in with ${name}?`,
        content: `Within 24 hours, the first who signs in there with this email address becomes this operator. From then on ${name} decides their role.`,
        confirm: 'Let link',
      }}
    >
      Let link to {name}
    </CommandButton>
  );
};

const DisableButton = ({ operator }: Props) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  if (operator.status === 'disabled')
    return (
      <CommandButton
        run={() => api.changeOperator(operator.id, { disabled: false })}
        done={`${operator.email} is enabled.`}
      >
        Enable
      </CommandButton>
    );
  return (
    <CommandButton
      color="error"
      run={() => api.changeOperator(operator.id, { disabled: true })}
      done={`${operator.email} is disabled.`}
      ask={{
        title: `Disable ${operator.email}?`,
        content: 'Their sessions end at once and they cannot sign in, until you enable them again.',
        confirm: 'Disable',
      }}
    >
      Disable
    </CommandButton>
  );
};

const RemoveButton = ({ operator }: Props) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const navigate = useNavigate();
  const remove = async () => {
    await api.removeOperator(operator.id);
    navigate('/operators');
  };
  return (
    <CommandButton
      color="error"
      run={remove}
      done={`${operator.email} is removed.`}
      ask={{
        title: `Remove ${operator.email}?`,
        content:
          'Their account and sessions are deleted. What they did stays in the audit history, under their id. This cannot be undone.',
        confirm: 'Remove',
      }}
    >
      Remove
    </CommandButton>
  );
};

export const OperatorCommands = ({ operator }: Props) => (
  <>
    <DisableButton operator={operator} />
    <RemoveButton operator={operator} />
  </>
);
