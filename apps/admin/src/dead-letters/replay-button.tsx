import { useState } from 'react';
import { Button, LinearProgress, type ButtonProps } from '@mui/material';
import ReplayIcon from '@mui/icons-material/Replay';
import { useDataProvider, useNotify, useRefresh } from 'react-admin';
import type { DeadLetterFilter, ReplayCount, ReplayedBatch } from '../api-types';
import { ConfirmDialog } from '../components/confirm-dialog';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { countWords, replayedWords } from './replay-words';

interface ReplayButtonProps extends Pick<ButtonProps, 'variant'> {
  filter: DeadLetterFilter;
  label: string;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : 'Something went wrong.');

/** Counts first, asks, then goes on batch by batch. */
const useReplay = (filter: DeadLetterFilter) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const notify = useNotify();
  const refresh = useRefresh();
  const [counted, setCounted] = useState<ReplayCount>();
  const [done, setDone] = useState<number>();

  const count = () =>
    api
      .countDeadLetters(filter)
      .then(setCounted)
      .catch((error: unknown) => notify(messageOf(error), { type: 'error' }));

  const run = async ({ asOf }: ReplayCount) => {
    const batches: ReplayedBatch[] = [];
    try {
      for (let cursor: string | undefined = ''; cursor !== undefined; cursor = batches.at(-1)?.nextCursor) {
        setDone(batches.flatMap(({ retried = [], refused = [] }) => [...retried, ...refused]).length);
        batches.push(await api.replayDeadLetters({ ...filter, asOf, ...(cursor ? { cursor } : {}) }));
      }
      notify(replayedWords(batches), { type: 'success' });
    } catch (error) {
      notify(`${replayedWords(batches)} ${messageOf(error)}`, { type: 'error' });
    }
    setDone(undefined);
    setCounted(undefined);
    refresh();
  };
  return { count, run, counted, done, leave: () => setCounted(undefined) };
};

/** Tries dead letters again, after a look at how many they are. */
export const ReplayButton = ({ filter, label, variant = 'outlined' }: ReplayButtonProps) => {
  const { count, run, counted, done, leave } = useReplay(filter);
  const busy = done !== undefined;
  return (
    <>
      <Button variant={variant} size="small" startIcon={<ReplayIcon />} onClick={() => void count()}>
        {label}
      </Button>
      {counted && (
        <ConfirmDialog
          open
          busy={busy}
          color="primary"
          ask={{
            title: `Try ${countWords(counted)} again?`,
            content:
              'Each is queued again as its own Retry would: rights and rules are asked anew, and where something may have happened the provider is asked first. What ended after this count is left alone.',
            choice: busy && (
              <LinearProgress
                variant="determinate"
                value={counted.tasks ? Math.min(100, (100 * done) / counted.tasks) : 100}
                aria-label="Queued so far"
                sx={{ mt: 2 }}
              />
            ),
            confirm: 'Try again',
          }}
          onAnswer={(yes) => (yes ? void run(counted) : leave())}
        />
      )}
    </>
  );
};
