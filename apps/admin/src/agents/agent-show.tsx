import type { ReactNode } from 'react';
import { Box } from '@mui/material';
import { Link, useDataProvider } from 'react-admin';
import type { Agent, UserTokenRight } from '../api-types';
import { RecentEvents } from '../audit-events/recent-events';
import { PEOPLE_DECIDE } from '../components/approval-words';
import { Code } from '../components/code';
import { CommandButton } from '../components/command-button';
import type { Confirmation } from '../components/confirm-dialog';
import { Facts } from '../components/facts';
import { filteredPath } from '../components/paths';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { When } from '../components/when';
import { mayWrite } from '../providers/session';
import { AgentKeys } from './agent-keys';
import { AgentPermissions } from './agent-permissions';
import { accessWords, AgentStatusChip, lastUse, userTokenWords } from './agent-status';

const back = { to: '/agents', label: 'Agents' };

const useChange = (agent: Agent) => {
  const api = useDataProvider();
  return (data: Partial<Pick<Agent, 'rawTokens' | 'userTokens' | 'userClients'>> & { disabled?: boolean }) =>
    api.update('agents', { id: agent.id, data, previousData: {} as Agent });
};

const AgentCommands = ({ agent }: { agent: Agent }) => {
  const change = useChange(agent);
  if (!mayWrite()) return null;
  if (agent.disabledAt) {
    return (
      <CommandButton run={() => change({ disabled: false })} done={`${agent.name} is enabled.`}>
        Enable
      </CommandButton>
    );
  }
  return (
    <CommandButton
      color="error"
      run={() => change({ disabled: true })}
      done={`${agent.name} is disabled.`}
      ask={{
        title: `Disable ${agent.name}?`,
        content: 'All its keys are refused from now on, until you enable it again. Its history is kept.',
        confirm: 'Disable',
      }}
    >
      Disable
    </CommandButton>
  );
};

const RawTokenSwitch = ({ agent }: { agent: Agent }) => {
  const change = useChange(agent);
  if (!mayWrite()) return null;
  return agent.rawTokens ? (
    <CommandButton run={() => change({ rawTokens: false })} done="Raw tokens are no longer allowed.">
      Take raw tokens away
    </CommandButton>
  ) : (
    <CommandButton
      run={() => change({ rawTokens: true })}
      done="Raw tokens are allowed."
      ask={{
        title: `Let ${agent.name} read raw tokens?`,
        content:
          'It can then call providers by itself, with everything the user has allowed, outside of typed actions.',
        confirm: 'Allow',
      }}
    >
      Allow raw tokens
    </CommandButton>
  );
};

interface RightCommand {
  label: string;
  done: string;
  ask?: (name: string) => Confirmation;
}

const userTokenCommands: Record<UserTokenRight, RightCommand> = {
  any: {
    label: 'Allow any',
    done: 'Any user token is allowed.',
    ask: (name) => ({
      title: `Let ${name} make any user token?`,
      content: 'With such a token it can do all that a user can, and read raw access tokens.',
      confirm: 'Allow',
    }),
  },
  without_raw_tokens: {
    label: 'Only without raw tokens',
    done: 'User tokens made from now on read no raw access token.',
  },
  none: {
    label: 'Forbid',
    done: 'No more user tokens are made. Those that were made last until they expire.',
  },
};

const UserTokenSwitch = ({ agent }: { agent: Agent }) => {
  const change = useChange(agent);
  if (!mayWrite()) return null;
  const others = (Object.keys(userTokenCommands) as UserTokenRight[]).filter(
    (right) => right !== agent.userTokens,
  );
  return others.map((userTokens) => {
    const { label, done, ask } = userTokenCommands[userTokens];
    return (
      <CommandButton
        key={userTokens}
        run={() => change({ userTokens })}
        done={done}
        {...(ask ? { ask: ask(agent.name) } : {})}
      >
        {label}
      </CommandButton>
    );
  });
};

const UserClientSwitch = ({ agent }: { agent: Agent }) => {
  const change = useChange(agent);
  if (!mayWrite()) return null;
  return agent.userClients ? (
    <CommandButton
      run={() => change({ userClients: false })}
      done="Users' own clients are no longer let in."
      ask={{
        title: `Close ${agent.name} to users' own clients?`,
        content: 'Clients that users have let in lose their access at once.',
        confirm: 'Close',
      }}
    >
      Close
    </CommandButton>
  ) : (
    <CommandButton
      run={() => change({ userClients: true })}
      done={`Users may let their own clients act as ${agent.name}.`}
      ask={{
        title: `Open ${agent.name} to users' own clients?`,
        content:
          'Users may then let MCP clients that they bring themselves act as this agent, each for its own user, under the policies of this agent. They give such a client the address of /mcp.',
        confirm: 'Open',
      }}
    >
      Open
    </CommandButton>
  );
};

/** A right in words, and the buttons that change it. */
const Right = ({ words, children }: { words: string; children: ReactNode }) => (
  <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: 1 }}>
    <Box component="span" sx={{ mr: 0.5 }}>
      {words}
    </Box>
    {children}
  </Box>
);

const Shown = ({ agent }: { agent: Agent }) => (
  <Page title={agent.name} back={back} actions={<AgentCommands agent={agent} />}>
    <Section title="Facts">
      <Facts
        facts={[
          ['Status', <AgentStatusChip agent={agent} />],
          [
            'Access',
            <Right words={accessWords(agent)}>
              <RawTokenSwitch agent={agent} />
            </Right>,
          ],
          [
            'May make user tokens',
            <Right words={userTokenWords[agent.userTokens]}>
              <UserTokenSwitch agent={agent} />
            </Right>,
          ],
          [
            "Users' own clients",
            <Right words={agent.userClients ? 'May act as this agent' : 'Not let in'}>
              <UserClientSwitch agent={agent} />
            </Right>,
          ],
          ['What cannot be undone', `Needs a person unless a policy permits it. ${PEOPLE_DECIDE}`],
          ['Last used', <When at={lastUse(agent)} />],
          ['Created', <When at={agent.createdAt} />],
          ['Agent id', <Code>{agent.id}</Code>],
        ]}
      />
    </Section>
    <AgentKeys agent={agent} />
    <AgentPermissions agent={agent} />
    <Section
      title="Recent activity"
      action={<Link to={filteredPath('audit-events', { agentId: agent.id })}>See all activity</Link>}
    >
      <RecentEvents filter={{ agentId: agent.id }} empty="This agent has not done anything yet" />
    </Section>
  </Page>
);

const AgentShow = () => (
  <RecordPage<Agent> resource="agents" what="Agent" back={back}>
    {(agent) => <Shown agent={agent} />}
  </RecordPage>
);

export default AgentShow;
