import { Box, Card, Typography } from '@mui/material';
import { LinkBase } from 'react-admin';
import type { ActivityCounts } from '../../api-types';
import { durationWords } from '../../components/time-words';
import { callCount, eventsPath } from './ranges';

const number = new Intl.NumberFormat();

interface Total {
  label: string;
  value: string;
  to: string;
}

const totalsOf = (total: ActivityCounts, from: string, target: string | undefined): Total[] => {
  const { calls, latencyMs, tasks, refreshes } = total;
  const events = (filter: Record<string, string>) => eventsPath({ ...filter, from, target });
  const ms = (value: number | undefined) => (value === undefined ? 'none' : durationWords(value));
  return [
    { label: 'Calls', value: number.format(callCount(total)), to: events({ type: 'action.run' }) },
    {
      label: 'Failed calls',
      value: number.format(calls.failed),
      to: events({ type: 'action.run', outcome: 'failed' }),
    },
    {
      label: 'Refused',
      value: number.format(calls.denied),
      to: eventsPath({ type: 'access.denied', from }),
    },
    { label: 'p50', value: ms(latencyMs?.p50), to: events({ type: 'action.run' }) },
    { label: 'p95', value: ms(latencyMs?.p95), to: events({ type: 'action.run' }) },
    {
      label: 'Tasks ended',
      value: number.format(tasks.succeeded + tasks.failed + tasks.outcome_unknown + tasks.canceled),
      to: eventsPath({ type: 'task.finished', from }),
    },
    { label: 'Tasks failed', value: number.format(tasks.failed), to: '/dead-letters' },
    {
      label: 'Refreshes failed',
      value: number.format(refreshes.failed),
      to: events({ type: 'token_set.refresh_failed' }),
    },
  ];
};

interface TotalsProps {
  total: ActivityCounts;
  from: string;
  target: string | undefined;
}

/** The sums of a range, each with the way to what it counts. */
export const Totals = ({ total, from, target }: TotalsProps) => (
  <Card
    component="ul"
    aria-label="Sums"
    sx={{
      listStyle: 'none',
      m: 0,
      mb: 1.5,
      p: 1,
      display: 'grid',
      gridTemplateColumns: { xs: '1fr 1fr', sm: 'repeat(4, 1fr)', lg: 'repeat(8, 1fr)' },
    }}
  >
    {totalsOf(total, from, target).map(({ label, value, to }) => (
      <Box component="li" key={label}>
        <Box
          component={LinkBase}
          to={to}
          sx={{
            display: 'block',
            p: 1,
            borderRadius: 1,
            color: 'inherit',
            textDecoration: 'none',
            '&:hover': { backgroundColor: 'action.hover' },
          }}
        >
          <Typography variant="caption" color="textSecondary" component="div">
            {label}
          </Typography>
          <Typography sx={{ fontWeight: 650, fontSize: '1.125rem' }}>{value}</Typography>
        </Box>
      </Box>
    ))}
  </Card>
);
