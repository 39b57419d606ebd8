import { Box } from '@mui/material';
import { useDataProvider } from 'react-admin';
import type { Operator } from '../api-types';
import { Code } from '../components/code';
import { CommandButton } from '../components/command-button';
import { Facts } from '../components/facts';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { roleWords } from '../components/role-words';
import { Section } from '../components/section';
import { SessionList } from '../components/session-list';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { isOwner } from '../providers/session';
import { LinkButton, NewInvitation, OperatorCommands, RoleButtons } from './operator-commands';
import { OperatorStatusChip } from './operator-status';

const back = { to: '/operators', label: 'Operators' };

const Sessions = ({ operator: { id, email } }: { operator: Operator }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return (
    <Section
      title="Sessions"
      action={
        <CommandButton
          color="error"
          run={() => api.endOperatorSessions(id)}
          done="All sessions have ended."
          ask={{
            title: `End all sessions of ${email}?`,
            content: 'They have to sign in again.',
            confirm: 'End all',
          }}
        >
          End all
        </CommandButton>
      }
    >
      <SessionList of={id} load={() => api.operatorSessions(id)} />
    </Section>
  );
};

const wayWords = { password: 'a password', single_sign_on: 'single sign-on' } as const;
const waysOf = ({ signsInBy }: Operator) =>
  signsInBy.length === 0 ? 'nothing yet' : signsInBy.map((way) => wayWords[way]).join(', ');

const Shown = ({ operator }: { operator: Operator }) => (
  <Page title={operator.email} back={back} actions={isOwner() && <OperatorCommands operator={operator} />}>
    <Section title="Facts">
      <Facts
        facts={[
          ['Status', <OperatorStatusChip operator={operator} />],
          [
            'Role',
            <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: 1 }}>
              <Box component="span">{roleWords[operator.role]}</Box>
              {isOwner() && <RoleButtons operator={operator} />}
            </Box>,
          ],
          operator.status === 'invited' && [
            'Invitation good until',
            <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: 1 }}>
              <When at={operator.invitedUntil} />
              {isOwner() && <NewInvitation operator={operator} />}
            </Box>,
          ],
          [
            'Signs in with',
            <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: 1 }}>
              <Box component="span">{waysOf(operator)}</Box>
              {isOwner() && <LinkButton operator={operator} />}
            </Box>,
          ],
          operator.linkableUntil !== undefined &&
            operator.status === 'active' && ['Can be linked until', <When at={operator.linkableUntil} />],
          ['Last sign-in', <When at={operator.lastSignInAt} />],
          ['Added', <When at={operator.createdAt} />],
          ['Operator id', <Code>{operator.id}</Code>],
        ]}
      />
    </Section>
    {isOwner() && <Sessions operator={operator} />}
  </Page>
);

const OperatorShow = () => (
  <RecordPage<Operator> resource="operators" what="Operator" back={back}>
    {(operator) => <Shown operator={operator} />}
  </RecordPage>
);

export default OperatorShow;
