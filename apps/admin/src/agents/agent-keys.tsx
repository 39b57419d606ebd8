import { useState } from 'react';
import { Box, Typography } from '@mui/material';
import { useDataProvider } from 'react-admin';
import AddIcon from '@mui/icons-material/Add';
import type { Agent, AgentKey } from '../api-types';
import { Code } from '../components/code';
import { CommandButton } from '../components/command-button';
import { ListRow } from '../components/list-row';
import { Section } from '../components/section';
import { EmptyState } from '../components/states';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { KeyDialog } from './key-dialog';

const KeyTimes = ({ agentKey }: { agentKey: AgentKey }) => (
  <Typography variant="body2" color="textSecondary" component="div">
    Created <When at={agentKey.createdAt} />,{' '}
    {agentKey.revokedAt ? (
      <>
        revoked <When at={agentKey.revokedAt} />
      </>
    ) : (
      <>
        last used <When at={agentKey.lastUsedAt} never="never" />
      </>
    )}
  </Typography>
);

const KeyRow = ({ agent, agentKey }: { agent: Agent; agentKey: AgentKey }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return (
    <ListRow>
      <Box sx={{ minWidth: 0 }}>
        <Box component={agentKey.revokedAt ? 's' : 'span'}>
          <Code>{agentKey.prefix}…</Code>
        </Box>
        <KeyTimes agentKey={agentKey} />
      </Box>
      {agentKey.revokedAt && <Typography variant="body2">Revoked</Typography>}
      {!agentKey.revokedAt && mayWrite() && (
        <CommandButton
          color="error"
          run={() => api.revokeAgentKey(agent.id, agentKey.id)}
          done="The key is revoked."
          ask={{
            title: 'Revoke this key?',
            content: `Calls with the key ${agentKey.prefix}… are refused from now on. This cannot be undone.`,
            confirm: 'Revoke',
          }}
        >
          Revoke
        </CommandButton>
      )}
    </ListRow>
  );
};

export const AgentKeys = ({ agent }: { agent: Agent }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [fresh, setFresh] = useState<string>();
  const add = async () => setFresh((await api.createAgentKey(agent.id)).key);
  return (
    <Section
      title="Keys"
      hint="To change a key without an outage, create a second one, switch over, then revoke the first."
      action={
        mayWrite() && (
          <CommandButton startIcon={<AddIcon />} run={add}>
            Create key
          </CommandButton>
        )
      }
    >
      {agent.keys.length === 0 ? (
        <EmptyState title="This agent has no key and cannot call the API">Create one above.</EmptyState>
      ) : (
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {agent.keys.map((agentKey) => (
            <KeyRow key={agentKey.id} agent={agent} agentKey={agentKey} />
          ))}
        </Box>
      )}
      <KeyDialog agentName={agent.name} agentKey={fresh} onClose={() => setFresh(undefined)} />
    </Section>
  );
};
