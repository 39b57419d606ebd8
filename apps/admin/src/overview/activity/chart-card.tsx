import { lazy, Suspense, useState } from 'react';
import {
  Box,
  Button,
  Card,
  Skeleton,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import type { ActivityPoint } from '../../api-types';
import { isEmpty, type ChartKind } from './charts';
import { intervalName, type Range } from './ranges';

const Drawing = lazy(() => import('./drawing'));

interface ChartCardProps {
  chart: ChartKind;
  points: ActivityPoint[];
  range: Range;
}

const FigureTable = ({ chart: { title, series, words }, points, range }: ChartCardProps) => (
  <TableContainer sx={{ maxHeight: 220 }} tabIndex={0} role="region" aria-label={`Figures of ${title}`}>
    <Table size="small" stickyHeader aria-label={title}>
      <TableHead>
        <TableRow>
          <TableCell>Time</TableCell>
          {series.map(({ label }) => (
            <TableCell key={label} align="right">
              {label}
            </TableCell>
          ))}
        </TableRow>
      </TableHead>
      <TableBody>
        {points.map((point) => (
          <TableRow key={point.at}>
            <TableCell component="th" scope="row">
              {intervalName(point.at, range)}
            </TableCell>
            {series.map(({ label, value }) => {
              const figure = value(point);
              return (
                <TableCell key={label} align="right">
                  {figure === null ? 'none' : (words?.(figure) ?? figure)}
                </TableCell>
              );
            })}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  </TableContainer>
);

/** A chart, or the same figures as a table. */
export const ChartCard = ({ chart, points, range }: ChartCardProps) => {
  const [isTable, setIsTable] = useState(false);
  const { title, hint } = chart;
  const empty = isEmpty(chart, points);
  return (
    <Card component="section" aria-label={title} sx={{ p: 2, minWidth: 0 }}>
      <Box sx={{ display: 'flex', gap: 1, justifyContent: 'space-between', alignItems: 'start', mb: 1 }}>
        <Box sx={{ minWidth: 0 }}>
          <Typography variant="h3">{title}</Typography>
          <Typography variant="caption" color="textSecondary">
            {hint}
          </Typography>
        </Box>
        {!empty && (
          <Button
            size="small"
            onClick={() => setIsTable(!isTable)}
            aria-label={`${isTable ? 'Chart' : 'Table'} of ${title}`}
            sx={{ flex: 'none' }}
          >
            {isTable ? 'Chart' : 'Table'}
          </Button>
        )}
      </Box>
      <Box sx={{ minHeight: 220 }}>
        {empty && (
          <Typography color="textSecondary" variant="body2" sx={{ pt: 8, textAlign: 'center' }}>
            Nothing in this time.
          </Typography>
        )}
        {!empty && isTable && <FigureTable chart={chart} points={points} range={range} />}
        {!empty && !isTable && (
          <Suspense fallback={<Skeleton variant="rounded" height={220} />}>
            <Box role="img" aria-label={`${title} over time; the button Table shows the figures`}>
              <Drawing chart={chart} points={points} range={range} />
            </Box>
          </Suspense>
        )}
      </Box>
    </Card>
  );
};
