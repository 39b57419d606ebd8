import type { DeadLetterCount, ReplayedBatch } from '../api-types';

const counted = (count: number, noun: string) =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** "37 tasks of 12 users" */
export const countWords = ({ tasks = 0, users = 0 }: DeadLetterCount): string =>
  `${counted(tasks, 'task')} of ${counted(users, 'user')}`;

/** The outcome of a whole replay: "36 tasks are queued again. 1 was refused: task_not_retryable." */
export const replayedWords = (batches: readonly ReplayedBatch[]): string => {
  const retried = batches.flatMap((batch) => batch.retried ?? []).length;
  const refused = batches.flatMap((batch) => batch.refused ?? []);
  const queued = `${counted(retried, 'task')} ${retried === 1 ? 'is' : 'are'} queued again.`;
  if (refused.length === 0) return queued;
  const codes = [...new Set(refused.map(({ code }) => code))].join(', ');
  return `${queued} ${refused.length} ${refused.length === 1 ? 'was' : 'were'} refused: ${codes}.`;
};
