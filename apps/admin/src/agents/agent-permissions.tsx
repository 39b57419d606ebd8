import { useState, type SyntheticEvent } from 'react';
import { Box, Button, Stack, TextField, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Link, useDataProvider } from 'react-admin';
import type { Agent, Permission } from '../api-types';
import { Code } from '../components/code';
import { filteredPath } from '../components/paths';
import { Section } from '../components/section';
import { ErrorState, LoadingRows } from '../components/states';
import { StatusChip } from '../components/status-chip';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { builtInWords, countWords, decisionLooks, groupsOf, type PermissionGroup } from './permission-words';

const RuleLinks = ({ names }: { names: readonly string[] }) =>
  names.map((name, index) => (
    <span key={name}>
      {index > 0 && ', '}
      <Link to={filteredPath('policies', { q: name })}>{name}</Link>
    </span>
  ));

/** The rules that decide, and those that may decide otherwise once there is a call. */
const Reason = ({ line }: { line: Permission }) => (
  <Typography variant="body2" component="div" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
    {line.policies.length > 0 ? <RuleLinks names={line.policies} /> : builtInWords(line)}
    {line.mayDiffer.length > 0 && (
      <div>
        Depends on the call: <RuleLinks names={line.mayDiffer} />
      </div>
    )}
  </Typography>
);

const Line = ({ line }: { line: Permission }) => (
  <Box
    component="li"
    data-action={line.action}
    sx={{
      display: 'grid',
      gap: { xs: 0.75, md: 2 },
      gridTemplateColumns: { xs: '1fr', md: 'minmax(0, 5fr) 150px minmax(0, 4fr)' },
      alignItems: 'center',
      justifyItems: 'start',
      px: 2.5,
      py: 1.25,
      borderTop: 1,
      borderColor: 'divider',
    }}
  >
    <Box sx={{ minWidth: 0 }}>
      {line.title && <Typography variant="body2">{line.title}</Typography>}
      <Code>{line.action}</Code>
    </Box>
    <StatusChip status={line.decision} look={decisionLooks[line.decision]} />
    <Reason line={line} />
  </Box>
);

const Group = ({ group: { name, lines } }: { group: PermissionGroup }) => (
  <Box
    component="details"
    sx={{
      borderTop: 1,
      borderColor: 'divider',
      '& > summary': { px: 2.5, py: 1.5, cursor: 'pointer' },
      '& > summary:focus-visible': { outlineOffset: '-3px' },
    }}
  >
    <summary>
      <Typography component="span" variant="body2" sx={{ fontWeight: 600, mr: 1 }}>
        {name}
      </Typography>
      <Typography component="span" variant="body2" color="textSecondary">
        {countWords(lines)}
      </Typography>
    </summary>
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {lines.map((line) => (
        <Line key={line.action} line={line} />
      ))}
    </Box>
  </Box>
);

const Groups = ({ agent, userId }: { agent: Agent; userId: string }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const { data, error, refetch } = useQuery({
    // With the rights of the agent: they decide too.
    queryKey: ['agents', 'permissions', agent.id, userId, agent.rawTokens, agent.userTokens],
    queryFn: () => api.agentPermissions(agent.id, userId),
    retry: false,
  });
  if (error) return <ErrorState error={error} what="What it may do" onRetry={() => void refetch()} />;
  if (!data) return <LoadingRows rows={4} />;
  return groupsOf(data).map((group) => <Group key={group.name} group={group} />);
};

/** Every action with the decision and the rule that makes it, for one user or for any. */
export const AgentPermissions = ({ agent }: { agent: Agent }) => {
  const [userId, setUserId] = useState('');
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    setUserId(String(new FormData(event.currentTarget).get('user')).trim());
  };
  return (
    <Section
      title="What it may do"
      hint={
        agent.disabledAt
          ? 'While it is disabled, all its calls are refused. This is what would hold otherwise.'
          : 'By the rules in force now, before there is a call. Nothing runs.'
      }
    >
      <Stack component="form" direction="row" sx={{ gap: 1.5, p: 2.5 }} onSubmit={submit}>
        <TextField name="user" label="For the user" placeholder="Any" sx={{ maxWidth: 360 }} />
        <Button type="submit" variant="outlined" sx={{ flex: 'none' }}>
          Show
        </Button>
      </Stack>
      <Groups agent={agent} userId={userId} />
    </Section>
  );
};
