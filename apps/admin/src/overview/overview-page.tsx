import { Alert, Box, Card } from '@mui/material';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useDataProvider } from 'react-admin';
import { RecentEvents } from '../audit-events/recent-events';
import { Page } from '../components/page';
import { Section } from '../components/section';
import { ErrorState, LoadingRows } from '../components/states';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { RecentTasks } from '../tasks/recent-tasks';
import { ActivitySection, type Choice } from './activity/activity-section';
import { beginOf } from './activity/ranges';
import { attention } from './attention';
import { AttentionList } from './attention-list';
import { DemoPanel } from './demo-panel';
import { Figures } from './figures';

const useOverview = ({ range, target }: Choice) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return useQuery({
    queryKey: ['overview', range, target],
    queryFn: () => api.overview({ from: beginOf(range), ...(target === '' ? {} : { target }) }),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
    retry: false,
  });
};

const OverviewPage = () => {
  const [choice, setChoice] = useState<Choice>({ range: 'day', target: '' });
  const { data, error, refetch } = useOverview(choice);
  if (error && !data) {
    return (
      <Page title="Overview">
        <Card>
          <ErrorState error={error} what="The overview" onRetry={() => void refetch()} />
        </Card>
      </Page>
    );
  }
  return (
    <Page title="Overview" lead="What agents are doing for your users, and what needs a person.">
      {error && data && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2 }}>
          The server does not answer: these figures are not the latest.
        </Alert>
      )}
      <Figures overview={data} />
      {data?.demo && <DemoPanel demo={data.demo} />}
      <Section title="Needs attention">
        {data ? <AttentionList items={attention(data)} /> : <LoadingRows rows={2} />}
      </Section>
      <ActivitySection overview={data} choice={choice} onChoose={setChoice} />
      <Box
        sx={{
          display: 'grid',
          columnGap: 3,
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
        }}
      >
        <Section title="Running now" action={<Link to="/tasks">All tasks</Link>}>
          <RecentTasks filter={{ status: 'running' }} empty="No task is running right now" />
        </Section>
        <Section title="Latest activity" action={<Link to="/audit-events">Audit history</Link>}>
          <RecentEvents filter={{}} empty="Nothing has happened yet" count={6} />
        </Section>
      </Box>
    </Page>
  );
};

export default OverviewPage;
