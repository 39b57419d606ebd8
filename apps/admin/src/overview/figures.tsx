import type { ReactNode } from 'react';
import { Box, Card, Skeleton, Typography } from '@mui/material';
import { LinkBase } from 'react-admin';
import type { Overview, TokenStatus } from '../api-types';
import { filteredPath } from '../components/paths';
import { tokenStatusLooks } from '../connections/token-status-words';
import { tasksInProgress } from './attention';

const number = new Intl.NumberFormat();

interface FigureProps {
  label: string;
  value: number | undefined;
  to: string;
  children?: ReactNode;
}

const Figure = ({ label, value, to, children }: FigureProps) => (
  <Card sx={{ p: 2, position: 'relative', '&:hover': { borderColor: 'line' } }}>
    <Typography variant="body2" color="textSecondary" component="h2">
      <Box
        component={LinkBase}
        to={to}
        sx={{
          color: 'inherit',
          textDecoration: 'none',
          '&::after': { content: '""', position: 'absolute', inset: 0, borderRadius: 'inherit' },
          '&:focus-visible': { outline: 'none' },
          // Inside the card, which clips what lies around it.
          '&:focus-visible::after': {
            outline: '2px solid',
            outlineColor: 'primary.main',
            outlineOffset: '-3px',
          },
        }}
      >
        {label}
      </Box>
    </Typography>
    <Typography sx={{ fontSize: '1.75rem', fontWeight: 650, lineHeight: 1.3, letterSpacing: '-0.02em' }}>
      {value === undefined ? <Skeleton width={56} /> : number.format(value)}
    </Typography>
    <Typography variant="caption" color="textSecondary" component="div" sx={{ minHeight: 20 }}>
      {children}
    </Typography>
  </Card>
);

const total = ({ active = 0, expired = 0, inactive = 0 }: Overview['connections']) =>
  active + expired + inactive;

const StatusCounts = ({ connections }: { connections: Overview['connections'] }) => (
  <Box
    component="span"
    sx={{ position: 'relative', zIndex: 1, display: 'flex', flexWrap: 'wrap', columnGap: 1.5 }}
  >
    {(Object.keys(tokenStatusLooks) as TokenStatus[]).map((status) => {
      const { label, icon: Icon, tone } = tokenStatusLooks[status];
      return (
        <Box
          key={status}
          component={LinkBase}
          to={filteredPath('connections', { status })}
          sx={(theme) => ({
            display: 'inline-flex',
            alignItems: 'center',
            gap: 0.5,
            color: theme.palette.tones[tone].text,
            textDecoration: 'none',
            '&:hover': { textDecoration: 'underline' },
          })}
        >
          <Icon aria-hidden sx={{ fontSize: 14 }} />
          {connections[status]} {label.toLowerCase()}
        </Box>
      );
    })}
  </Box>
);

export const Figures = ({ overview }: { overview: Overview | undefined }) => (
  <Box
    sx={{
      display: 'grid',
      gap: 1.5,
      mb: 4,
      gridTemplateColumns: { xs: '1fr 1fr', md: '1fr 1.7fr 1fr 1fr 1fr' },
      '& > :nth-of-type(2)': { gridColumn: { xs: '1 / -1', md: 'auto' }, order: { xs: -1, md: 0 } },
    }}
  >
    <Figure label="Users" value={overview?.users} to="/users" />
    <Figure label="Connections" value={overview && total(overview.connections)} to="/connections">
      {overview && <StatusCounts connections={overview.connections} />}
    </Figure>
    <Figure label="Tasks in progress" value={overview && tasksInProgress(overview)} to="/tasks">
      {overview && `${number.format(overview.tasks.succeeded ?? 0)} succeeded`}
    </Figure>
    <Figure label="Audit events" value={overview?.auditEvents24h} to="/audit-events">
      in the last 24 hours
    </Figure>
    <Figure label="Agents" value={overview?.agents} to="/agents" />
  </Box>
);
