import PauseIcon from '@mui/icons-material/Pause';
import RepeatIcon from '@mui/icons-material/Repeat';
import WarningIcon from '@mui/icons-material/PriorityHigh';
import type { ScheduleSummary } from '../api-types';
import { StatusChip, type StatusLook } from '../components/status-chip';

const looks = {
  active: { label: 'Active', tone: 'ok', icon: RepeatIcon },
  refused: { label: 'Last run refused', tone: 'warn', icon: WarningIcon },
  paused: { label: 'Paused', tone: 'idle', icon: PauseIcon },
} satisfies Record<string, StatusLook>;

export const ScheduleStatusChip = ({ schedule: { paused, lastRun } }: { schedule: ScheduleSummary }) => {
  const running = lastRun?.outcome === 'refused' ? 'refused' : 'active';
  const status = paused ? 'paused' : running;
  return <StatusChip status={status} look={looks[status]} />;
};

/** The expression and its zone. */
export const cronWords = ({ cron, timeZone }: Pick<ScheduleSummary, 'cron' | 'timeZone'>): string =>
  `${cron} (${timeZone})`;

export const pausedWords = {
  requested: 'It is paused: no runs until it is resumed.',
  agent_disabled: 'It was paused when its agent was disabled. Enabling the agent does not resume it.',
  agent_key_revoked:
    'It was paused when the key was revoked with which it was made. Its agent can resume it with the key that it uses now.',
};

export const missedWords = {
  one: 'One run makes up for all that were missed',
  none: 'Missed runs are left out',
};

export const outcomeWords = {
  queued: 'Became a task',
  skipped: 'Skipped: the task of the run before had not ended',
  missed: 'Missed: the server was down',
  refused: 'Refused',
};

const times = new Map<string, Intl.DateTimeFormat>();

/** A time of the clock in the schedule's own zone. */
export const zonedTime = (at: string, timeZone: string): string => {
  const format =
    times.get(timeZone) ??
    new Intl.DateTimeFormat(undefined, {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
    });
  times.set(timeZone, format);
  return format.format(new Date(at));
};
