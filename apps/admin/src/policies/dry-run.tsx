import { useState } from 'react';
import { Alert, Box, Button, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { useDataProvider, useGetList } from 'react-admin';
import type { Agent, PolicyDecision } from '../api-types';
import { PEOPLE_DECIDE } from '../components/approval-words';
import { Section } from '../components/section';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mono } from '../theme/theme';

const EMPTY = { agent: '', user: '', action: '', input: '{}' };
type Question = typeof EMPTY;

const verdicts = {
  allow: { severity: 'success', words: 'It would be allowed' },
  deny: { severity: 'error', words: 'It would be refused' },
  require_approval: { severity: 'warning', words: 'It would need a person' },
} as const;

const reason = ({ policies }: PolicyDecision) =>
  policies.length > 0
    ? `Decided by ${policies.length === 1 ? 'the policy' : 'the policies'} ${policies.join(', ')}.`
    : 'Decided by the built-in policy; no rule of yours applies.';

const inputOf = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const Verdict = ({ decision }: { decision: PolicyDecision }) => {
  const { severity, words } = verdicts[decision.decision];
  return (
    <Alert severity={severity} variant="outlined" data-status={decision.decision}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>
        {words}
      </Typography>
      <Typography variant="body2">{decision.detail}</Typography>
      <Typography variant="body2">{reason(decision)}</Typography>
      {decision.decision === 'require_approval' && <Typography variant="body2">{PEOPLE_DECIDE}</Typography>}
    </Alert>
  );
};

const useDryRun = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<PolicyDecision | string>();
  const ask = async ({ agent, user, action, input }: Question) => {
    setBusy(true);
    try {
      const question = {
        principal: { type: 'agent', id: agent },
        userId: user,
        action,
        input: inputOf(input),
      };
      setAnswer(await api.tryPolicies(question));
    } catch (error) {
      setAnswer(error instanceof Error ? error.message : 'It could not be tried.');
    } finally {
      setBusy(false);
    }
  };
  return { busy, answer, ask };
};

interface QuestionFieldsProps {
  question: Question;
  onChange: (question: Question) => void;
}

const QuestionFields = ({ question, onChange }: QuestionFieldsProps) => {
  const { data: agents = [] } = useGetList<Agent>(
    'agents',
    { pagination: { page: 1, perPage: 100 }, sort: { field: 'name', order: 'ASC' } },
    { retry: false },
  );
  const field = (name: keyof Question, label: string) => ({
    label,
    size: 'small' as const,
    value: question[name],
    onChange: ({ target }: { target: { value: string } }) => onChange({ ...question, [name]: target.value }),
  });
  const badInput = inputOf(question.input) === undefined;
  return (
    <>
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', md: '1fr 1fr 1fr' } }}>
        <TextField select {...field('agent', 'Agent that asks')}>
          {agents.map(({ id, name }) => (
            <MenuItem key={id} value={id}>
              {name}
            </MenuItem>
          ))}
        </TextField>
        <TextField {...field('user', 'For the user')} />
        <TextField {...field('action', 'Action to run')} placeholder="gmail.messages.send" />
      </Box>
      <TextField
        {...field('input', 'Input as JSON')}
        multiline
        minRows={2}
        error={badInput}
        helperText={badInput ? 'This is not a JSON object.' : ' '}
        slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: mono, fontSize: '0.8125rem' } } }}
      />
    </>
  );
};

const isReady = ({ agent, user, action, input }: Question) =>
  agent !== '' && user.trim() !== '' && action.trim() !== '' && inputOf(input) !== undefined;

/** Asks the policy what it would say; nothing runs and nothing is recorded. */
export const DryRun = () => {
  const [question, setQuestion] = useState(EMPTY);
  const { busy, answer, ask } = useDryRun();
  return (
    <Section title="Try it out" hint="What would be decided, and by which rule. Nothing runs.">
      <Stack
        component="form"
        sx={{ p: 2.5, gap: 2, alignItems: 'stretch' }}
        onSubmit={(event) => {
          event.preventDefault();
          void ask(question);
        }}
      >
        <QuestionFields question={question} onChange={setQuestion} />
        <Box>
          <Button type="submit" variant="outlined" disabled={!isReady(question)} loading={busy}>
            Try
          </Button>
        </Box>
        <Box aria-live="polite">
          {typeof answer === 'string' && (
            <Alert severity="error" variant="outlined">
              {answer}
            </Alert>
          )}
          {typeof answer === 'object' && <Verdict decision={answer} />}
        </Box>
      </Stack>
    </Section>
  );
};
