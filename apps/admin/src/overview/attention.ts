import type { Overview, TaskStatus } from '../api-types';
import { filteredPath } from '../components/paths';
import type { Tone } from '../theme/palette';

export interface Attention {
  key: string;
  tone: Tone;
  title: string;
  advice: string;
  to: string;
}

const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);

interface TaskRule {
  status: TaskStatus;
  tone: Tone;
  title: (n: number) => string;
  advice: string;
}

/** In the order of urgency: what may have happened unseen comes first. */
const taskRules: TaskRule[] = [
  {
    status: 'outcome_unknown',
    tone: 'bad',
    title: (n) => `${count(n, 'task has', 'tasks have')} an unknown outcome`,
    advice: 'Look at the provider whether it happened, and say so on its page.',
  },
  {
    status: 'failed',
    tone: 'bad',
    title: (n) => `${count(n, 'task', 'tasks')} failed`,
    advice: 'Each says why. Retry when the cause is gone.',
  },
  {
    status: 'waiting_for_approval',
    tone: 'warn',
    title: (n) => `${count(n, 'task waits', 'tasks wait')} for approval`,
    advice: 'A policy wants a person to decide: you, or the user.',
  },
  {
    status: 'waiting_for_authorization',
    tone: 'warn',
    title: (n) => `${count(n, 'task waits', 'tasks wait')} for a user`,
    advice: 'What waits goes on once the user has connected an account or allowed more.',
  },
];

const outages = ({ circuits }: Overview): Attention[] =>
  circuits.map(({ provider, host }) => ({
    key: `outage ${provider} ${host}`,
    tone: 'bad',
    title: `${provider} does not answer`,
    advice: `Calls to ${host} end at once, and tasks wait. One call tries again within a minute.`,
    to: '/connectors',
  }));

const pathOf = (status: TaskStatus) => {
  if (status === 'waiting_for_approval') return filteredPath('approvals', { status: 'pending' });
  return status === 'waiting_for_authorization' ? filteredPath('tasks', { status }) : '/dead-letters';
};

export const attention = (overview: Overview): Attention[] => {
  const tasks = taskRules.flatMap(({ status, tone, title, advice }): Attention[] => {
    const n = overview.tasks[status] ?? 0;
    return n > 0 ? [{ key: status, tone, title: title(n), advice, to: pathOf(status) }] : [];
  });
  const { inactive = 0 } = overview.connections;
  const urgent = [...outages(overview), ...tasks];
  if (inactive === 0) return urgent;
  return [
    ...urgent,
    {
      key: 'inactive',
      tone: 'warn',
      title: `${count(inactive, 'connection is', 'connections are')} inactive`,
      advice: 'Without stored tokens, agents wait until the user connects again.',
      to: filteredPath('connections', { status: 'inactive' }),
    },
  ];
};

const inProgress: TaskStatus[] = ['queued', 'running', 'scheduled'];

export const tasksInProgress = ({ tasks }: Overview): number =>
  inProgress.reduce((sum, status) => sum + (tasks[status] ?? 0), 0);
