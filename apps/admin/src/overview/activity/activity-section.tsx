import { Alert, Box, MenuItem, TextField, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useGetList } from 'react-admin';
import type { Connector, Overview } from '../../api-types';
import { Section } from '../../components/section';
import { LoadingRows } from '../../components/states';
import { ChartCard } from './chart-card';
import { charts } from './charts';
import { rangeNames, ranges, type Range } from './ranges';
import { AgentRanking, ConnectorRanking } from './ranking';
import { Totals } from './totals';

/** The range of time and the connector of the figures; no connector: all. */
export interface Choice {
  range: Range;
  target: string;
}

interface ChoiceProps {
  choice: Choice;
  onChoose: (choice: Choice) => void;
}

const twoColumns = {
  display: 'grid',
  gap: 1.5,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
} as const;

const Choices = ({ choice, onChoose }: ChoiceProps) => {
  const { data: connectors = [] } = useGetList<Connector>('connectors', {}, { retry: false });
  return (
    <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', mb: 1.5 }}>
      <ToggleButtonGroup
        exclusive
        size="small"
        aria-label="Time range of the figures"
        value={choice.range}
        onChange={(_, range: Range | null) => range && onChoose({ ...choice, range })}
      >
        {rangeNames.map((name) => (
          <ToggleButton key={name} value={name} sx={{ px: 1.5, minHeight: 36 }}>
            {ranges[name].label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <TextField
        select
        fullWidth={false}
        size="small"
        label="Connector"
        value={connectors.some(({ target }) => target === choice.target) ? choice.target : ''}
        onChange={({ target: { value } }) => onChoose({ ...choice, target: value })}
        sx={{
          minWidth: 180,
          '& .MuiSelect-select:focus-visible': {
            outline: '2px solid',
            outlineColor: 'primary.main',
            outlineOffset: '-3px',
          },
        }}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value="">All</MenuItem>
        {connectors.map(({ target, displayName }) => (
          <MenuItem key={target} value={target}>
            {displayName}
          </MenuItem>
        ))}
      </TextField>
    </Box>
  );
};

interface ActivitySectionProps extends ChoiceProps {
  overview: Overview | undefined;
}

/** The figures of a range of time, as sums, charts and tables. */
export const ActivitySection = ({ overview, choice, onChoose }: ActivitySectionProps) => {
  const { activity, period } = overview ?? {};
  return (
    <>
      <Section title="Activity" bare>
        <Choices choice={choice} onChoose={onChoose} />
        {period && period.uncounted > 1000 && (
          <Alert severity="info" variant="outlined" sx={{ mb: 1.5 }}>
            {new Intl.NumberFormat().format(period.uncounted)} events are not counted yet; these figures grow
            until they are.
          </Alert>
        )}
        {!activity || !period ? (
          <LoadingRows rows={4} height={60} />
        ) : (
          <>
            <Totals total={activity.total} from={period.from} target={choice.target || undefined} />
            <Box sx={twoColumns}>
              {charts.map((chart) => (
                <ChartCard key={chart.title} chart={chart} points={activity.points} range={choice.range} />
              ))}
            </Box>
          </>
        )}
      </Section>
      {activity && period && (
        <Box sx={{ ...twoColumns, columnGap: 3 }}>
          <ConnectorRanking rows={activity.connectors} from={period.from} />
          <AgentRanking rows={activity.agents} from={period.from} />
        </Box>
      )}
    </>
  );
};
