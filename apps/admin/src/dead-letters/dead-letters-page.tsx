import { Alert, Box, Card, Stack, Typography } from '@mui/material';
import CheckIcon from '@mui/icons-material/CheckCircleOutlined';
import { useQuery } from '@tanstack/react-query';
import { Link, useDataProvider } from 'react-admin';
import type { DeadLetterGroup, DeadLetterList } from '../api-types';
import { Code } from '../components/code';
import { filteredPath } from '../components/paths';
import { Page } from '../components/page';
import { EmptyState, ErrorState, LoadingRows } from '../components/states';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { TaskStatusChip } from '../tasks/task-status-chip';
import { ReplayButton } from './replay-button';
import { countWords } from './replay-words';

const POLL_MS = 15_000;
const LEAD = 'Tasks that ended badly and that nobody has looked after, by what they did and why they ended.';

const filterOf = ({ status, action, code, target }: DeadLetterGroup) => ({
  status,
  action,
  code,
  target: target ?? '',
});

const Group = ({ group }: { group: DeadLetterGroup }) => {
  const { status, action, code, target, detail } = group;
  return (
    <Box
      component="li"
      sx={(theme) => ({
        display: 'grid',
        gap: 2,
        p: 2.5,
        alignItems: 'center',
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 1fr) auto' },
        '&:not(:last-of-type)': { borderBottom: `1px solid ${theme.palette.divider}` },
      })}
    >
      <Box sx={{ minWidth: 0 }}>
        <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap', mb: 0.75 }}>
          <Typography variant="h3" component="h2" sx={{ overflowWrap: 'anywhere' }}>
            <Code>{action}</Code>
          </Typography>
          <TaskStatusChip status={status} />
        </Box>
        <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
          <Code>{code}</Code> {detail}
        </Typography>
        <Typography variant="caption" color="textSecondary" component="p" sx={{ mt: 0.5 }}>
          {countWords(group)}
          {target !== undefined && `, by connections of ${target}`}, the newest <When at={group.newest} />,
          the oldest <When at={group.oldest} />
        </Typography>
      </Box>
      <Stack direction="row" sx={{ gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <Link to={filteredPath('tasks', { status, action, code })} variant="body2">
          Show the tasks
        </Link>
        {mayWrite() && <ReplayButton filter={filterOf(group)} label="Try again" />}
      </Stack>
    </Box>
  );
};

const Shown = ({ letters: { groups, isCut } }: { letters: DeadLetterList }) => (
  <>
    <Card>
      {groups.length === 0 ? (
        <EmptyState icon={CheckIcon} title="No dead letters">
          Every task ended well, was called off, or is on its way.
        </EmptyState>
      ) : (
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {groups.map((group) => (
            <Group key={JSON.stringify(filterOf(group))} group={group} />
          ))}
        </Box>
      )}
    </Card>
    {isCut && (
      <Alert severity="info" variant="outlined" sx={{ mt: 2 }}>
        Only the 200 largest groups are shown.
      </Alert>
    )}
  </>
);

const DeadLettersPage = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letters'],
    queryFn: () => api.deadLetters(),
    refetchInterval: POLL_MS,
    retry: false,
  });
  const some = data && data.tasks > 0;
  return (
    <Page
      title="Dead letters"
      lead={some ? `${LEAD} ${countWords(data)}.` : LEAD}
      actions={some && mayWrite() && <ReplayButton filter={{}} label="Try all again" variant="contained" />}
    >
      {data && <Shown letters={data} />}
      {!data && (
        <Card>
          {error ? (
            <ErrorState error={error} what="Dead letters" onRetry={() => void refetch()} />
          ) : (
            <LoadingRows rows={4} height={64} />
          )}
        </Card>
      )}
    </Page>
  );
};

export default DeadLettersPage;
