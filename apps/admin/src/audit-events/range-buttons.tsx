import { ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useListContext } from 'react-admin';

const HOUR = 3_600_000;
const ranges = [
  { label: 'Hour', ms: HOUR },
  { label: 'Day', ms: 24 * HOUR },
  { label: 'Week', ms: 7 * 24 * HOUR },
];

/** Which range the filter is closest to, so that a linked address shows its button pressed. */
const pressed = ({ from, to }: { from?: string; to?: string }): number | null => {
  if (!from || to) return null;
  const age = Date.now() - new Date(from).getTime();
  return ranges.find(({ ms }) => Math.abs(age - ms) < ms / 20)?.ms ?? null;
};

/** The usual time ranges, one press each. */
export const RangeButtons = () => {
  const { filterValues, setFilters } = useListContext();
  const choose = (ms: number | null) => {
    const others = Object.entries(filterValues).filter(([key]) => key !== 'from' && key !== 'to');
    const from = ms === null ? {} : { from: new Date(Date.now() - ms).toISOString() };
    setFilters({ ...Object.fromEntries(others), ...from });
  };
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      aria-label="Time range"
      value={pressed(filterValues)}
      onChange={(_, ms: number | null) => choose(ms)}
    >
      {ranges.map(({ label, ms }) => (
        <ToggleButton key={ms} value={ms} sx={{ px: 1.5, minHeight: 36 }}>
          Last {label.toLowerCase()}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
};
