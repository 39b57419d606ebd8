import type { ActivityPoint } from '../../api-types';
import { durationWords } from '../../components/time-words';
import type { Tone } from '../../theme/palette';

/** One line or one part of each bar. */
export interface Series {
  label: string;
  tone: Tone;
  value: (point: ActivityPoint) => number | null;
}

export interface ChartKind {
  title: string;
  hint: string;
  shape: 'bars' | 'lines' | 'areas';
  series: Series[];
  words?: (value: number) => string;
}

/** The charts of the overview, each as the table behind it tells it too. */
export const charts: ChartKind[] = [
  {
    title: 'Calls',
    hint: 'Actions that ran and requests that were forwarded.',
    shape: 'bars',
    series: [
      { label: 'Succeeded', tone: 'ok', value: ({ calls }) => calls.succeeded },
      { label: 'Failed', tone: 'bad', value: ({ calls }) => calls.failed },
      { label: 'Refused', tone: 'warn', value: ({ calls }) => calls.denied },
    ],
  },
  {
    title: 'Latency of calls',
    hint: 'Half of the calls took no longer than p50, and 95 of 100 no longer than p95.',
    shape: 'lines',
    words: durationWords,
    series: [
      { label: 'p50', tone: 'info', value: ({ latencyMs }) => latencyMs?.p50 ?? null },
      { label: 'p95', tone: 'warn', value: ({ latencyMs }) => latencyMs?.p95 ?? null },
    ],
  },
  {
    title: 'Tasks that ended',
    hint: 'By how they ended.',
    shape: 'bars',
    series: [
      { label: 'Succeeded', tone: 'ok', value: ({ tasks }) => tasks.succeeded },
      { label: 'Failed', tone: 'bad', value: ({ tasks }) => tasks.failed },
      { label: 'Outcome unknown', tone: 'warn', value: ({ tasks }) => tasks.outcome_unknown },
      { label: 'Canceled', tone: 'idle', value: ({ tasks }) => tasks.canceled },
    ],
  },
  {
    title: 'Connections',
    hint: 'By status, as last seen in each interval.',
    shape: 'areas',
    series: [
      { label: 'Active', tone: 'ok', value: ({ connections }) => connections?.active ?? null },
      { label: 'Expired', tone: 'warn', value: ({ connections }) => connections?.expired ?? null },
      { label: 'Inactive', tone: 'bad', value: ({ connections }) => connections?.inactive ?? null },
    ],
  },
  {
    title: 'Refreshes of tokens',
    hint: 'Those that failed leave a connection that dies, unless a later one succeeds.',
    shape: 'bars',
    series: [
      { label: 'Succeeded', tone: 'ok', value: ({ refreshes }) => refreshes.succeeded },
      { label: 'Failed', tone: 'bad', value: ({ refreshes }) => refreshes.failed },
    ],
  },
];

export const isEmpty = ({ series }: ChartKind, points: ActivityPoint[]): boolean =>
  points.every((point) => series.every(({ value }) => !value(point)));
