import { BarChart } from '@mui/x-charts/BarChart';
import { LineChart } from '@mui/x-charts/LineChart';
import { useTheme } from '@mui/material';
import type { ActivityPoint } from '../../api-types';
import type { ChartKind } from './charts';
import { isMarked } from './marks';
import { intervalName, type Range } from './ranges';

interface DrawingProps {
  chart: ChartKind;
  points: ActivityPoint[];
  range: Range;
}

/** A chart as SVG. The library comes with this module, which is loaded when there is something to draw. */
const Drawing = ({ chart: { series, shape, words }, points, range }: DrawingProps) => {
  const { tones } = useTheme().palette;
  const names = points.map(({ at }) => at);
  const common = {
    height: 190,
    margin: { left: 0, right: 8, top: 8, bottom: 0 },
    yAxis: [{ width: 64, min: 0, ...(words ? { valueFormatter: words } : { tickMinStep: 1 }) }],
    slotProps: { legend: { sx: { fontSize: 13 } } },
    disableKeyboardNavigation: true,
    skipAnimation: true,
  };
  const axis = {
    data: names,
    height: 24,
    valueFormatter: (at: string) => intervalName(at, range),
    tickLabelMinGap: 12,
  };
  const drawn = series.map(({ label, tone, value }) => ({
    label,
    color: tones[tone].text,
    data: points.map(value),
    ...(words ? { valueFormatter: (ms: number | null) => (ms === null ? 'none' : words(ms)) } : {}),
  }));
  if (shape === 'bars')
    return (
      <BarChart
        {...common}
        xAxis={[{ ...axis, scaleType: 'band' }]}
        series={drawn.map((one) => ({ ...one, stack: 'all' }))}
      />
    );
  const area = shape === 'areas';
  return (
    <LineChart
      {...common}
      xAxis={[{ ...axis, scaleType: 'point' }]}
      series={drawn.map((one) => ({
        ...one,
        curve: 'linear' as const,
        showMark: ({ index }: { index: number }) => isMarked(one.data, index),
        ...(area ? { area: true, stack: 'all' } : {}),
      }))}
      sx={{ '& .MuiLineChart-area': { fillOpacity: 0.25 } }}
    />
  );
};

export default Drawing;
