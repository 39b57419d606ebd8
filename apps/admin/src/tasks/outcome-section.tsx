import { useState } from 'react';
import { Alert, Box, TextField, Typography } from '@mui/material';
import { useDataProvider } from 'react-admin';
import type { OutcomeDecision, Task } from '../api-types';
import { Code } from '../components/code';
import { CommandButton } from '../components/command-button';
import type { Confirmation } from '../components/confirm-dialog';
import { Section } from '../components/section';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';

interface WayOut {
  decision: OutcomeDecision;
  label: string;
  /** The consequences of the decision. */
  effect: string;
  done: string;
  ask?: (task: Task) => Confirmation;
}

const waysOut: WayOut[] = [
  {
    decision: 'happened',
    label: 'It happened',
    effect: 'The task has succeeded, by your word. Nothing is sent.',
    done: 'The task has succeeded.',
  },
  {
    decision: 'send_again',
    label: 'It did not, send again',
    effect:
      'The provider is asked first where that is possible; then it is sent, if the policy still allows it, and after a new approval if it needs one.',
    done: 'The task is queued again.',
    ask: ({ action, userId }) => ({
      title: 'Send it again?',
      content: `If ${action} took effect for ${userId} after all, this may do it twice.`,
      confirm: 'Send again',
    }),
  },
  {
    decision: 'leave',
    label: 'Leave it',
    effect: 'It stays unknown and waits for nobody any more. You can still decide later.',
    done: 'The task is left as it is.',
  },
];

export const outcomeWords: Record<OutcomeDecision, string> = {
  happened: 'It happened',
  send_again: 'It did not happen, and was to be sent again',
  leave: 'Left as it is',
};

const Decided = ({ task: { outcomeDecision: said } }: { task: Task }) =>
  said ? (
    <Typography variant="body2" sx={{ mb: 2, overflowWrap: 'anywhere' }}>
      {outcomeWords[said.decision]}, said {said.by.type} <Code>{said.by.id}</Code> <When at={said.at} />
      {said.note !== undefined && `: ${said.note}`}
    </Typography>
  ) : null;

const WayOutRow = ({ task, way, note }: { task: Task; way: WayOut; note: string }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const ask = way.ask?.(task);
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        rowGap: 1,
        columnGap: 2.5,
        gridTemplateColumns: { sm: '200px 1fr' },
        alignItems: 'center',
      }}
    >
      <CommandButton
        size="medium"
        run={() => api.decideOutcome(task, way.decision, note)}
        done={way.done}
        {...(ask && { ask, color: 'error' as const })}
      >
        {way.label}
      </CommandButton>
      <Typography variant="body2" color="textSecondary">
        {way.effect}
      </Typography>
    </Box>
  );
};

/** The ways out of an outcome that is not known; only a person can tell. */
export const OutcomeSection = ({ task }: { task: Task }) => {
  const [note, setNote] = useState('');
  if (task.status !== 'outcome_unknown') return null;
  const left = waysOut.filter(({ decision }) => decision !== task.outcomeDecision?.decision);
  return (
    <Section title="Look at the provider: did it happen?">
      <Box sx={{ p: 2.5 }}>
        <Decided task={task} />
        {mayWrite() ? (
          <>
            <TextField
              label="What you saw there (optional)"
              value={note}
              onChange={({ target }) => setNote(target.value)}
              fullWidth
              slotProps={{ htmlInput: { maxLength: 500 } }}
            />
            <Box component="ul" sx={{ listStyle: 'none', m: 0, mt: 2, p: 0, display: 'grid', gap: 2 }}>
              {left.map((way) => (
                <WayOutRow key={way.decision} task={task} way={way} note={note} />
              ))}
            </Box>
          </>
        ) : (
          <Alert severity="info" variant="outlined">
            An auditor looks on: an owner or admin decides.
          </Alert>
        )}
      </Box>
    </Section>
  );
};
