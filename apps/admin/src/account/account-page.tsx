import { useDataProvider } from 'react-admin';
import type { OperatorSession } from '../api-types';
import { CommandButton } from '../components/command-button';
import { Page } from '../components/page';
import { roleHints, roleWords } from '../components/role-words';
import { Section } from '../components/section';
import { SessionList } from '../components/session-list';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { currentSession } from '../providers/session';
import { PasswordForm } from './password-form';
import { SecondFactorSection } from './second-factor';

const Sessions = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const command = ({ id, isCurrent }: OperatorSession) =>
    isCurrent ? null : (
      <CommandButton color="error" run={() => api.endOwnSession(id)} done="The session has ended.">
        End
      </CommandButton>
    );
  return (
    <Section
      title="Sessions"
      hint="Where you are signed in. End what you do not recognize, and change your password then."
      action={
        <CommandButton run={() => api.endOtherSessions()} done="All other sessions have ended.">
          End all others
        </CommandButton>
      }
    >
      <SessionList of="me" load={() => api.ownSessions()} command={command} />
    </Section>
  );
};

const AccountPage = () => {
  const operator = currentSession()?.operator;
  return (
    <Page
      title="My account"
      lead={operator && `${operator.email}. ${roleWords[operator.role]}: ${roleHints[operator.role]}`}
    >
      <SecondFactorSection />
      <Sessions />
      <Section title="Password" hint="A change ends all other sessions.">
        <PasswordForm />
      </Section>
    </Page>
  );
};

export default AccountPage;
