import { Box, Checkbox, FormControlLabel, MenuItem, Stack, TextField, Typography } from '@mui/material';
import type { Approval } from '../api-types';
import { membersOf, pathOf, type StandingDraft } from './standing-draft';

const times: [number, string][] = [
  [0, 'Ask each time'],
  [3_600, 'For 1 hour'],
  [14_400, 'For 4 hours'],
  [86_400, 'For 1 day'],
  [604_800, 'For 7 days'],
  [2_592_000, 'For 30 days'],
];
const uses: [number, string][] = [1, 3, 10, 30, 100, 1_000].map((count) => [count, String(count)]);

interface ChoiceProps {
  label: string;
  value: number;
  choices: [number, string][];
  onChange: (value: number) => void;
}

const Choice = ({ label, value, choices, onChange }: ChoiceProps) => (
  <TextField
    select
    label={label}
    value={value}
    onChange={({ target }) => onChange(Number(target.value))}
    sx={{ minWidth: 190, flex: '1 1 190px', maxWidth: 280 }}
  >
    {choices.map(([choice, name]) => (
      <MenuItem key={choice} value={choice}>
        {name}
      </MenuItem>
    ))}
  </TextField>
);

interface StandingChoiceProps {
  approval: Approval;
  value: StandingDraft;
  onChange: (value: StandingDraft) => void;
}

const Differing = ({ approval, value, onChange }: StandingChoiceProps) => {
  const path = pathOf(approval);
  const toggle = (name: string) => {
    const others = value.vary.filter((one) => one !== name);
    onChange({ ...value, vary: others.length < value.vary.length ? others : [...others, name] });
  };
  return (
    <Box role="group" aria-label="What may differ" sx={{ mt: 1.5 }}>
      <Typography variant="body2" color="textSecondary">
        What may differ then. Everything else stays as it is here.
      </Typography>
      {membersOf(approval).map((name) => (
        <FormControlLabel
          key={name}
          control={<Checkbox checked={value.vary.includes(name)} onChange={() => toggle(name)} />}
          label={name}
        />
      ))}
      {path !== undefined && (
        <TextField
          label="Path"
          helperText="{name} in place of a part that may differ"
          value={value.path === '' ? path : value.path}
          onChange={({ target }) => onChange({ ...value, path: target.value })}
          fullWidth
          sx={{ mt: 1 }}
        />
      )}
    </Box>
  );
};

/** Whether later calls like this one are to run without asking, and what may differ in them. */
export const StandingChoice = ({ approval, value, onChange }: StandingChoiceProps) => (
  <Box sx={{ mt: 2 }}>
    <Stack direction="row" sx={{ gap: 1.5, flexWrap: 'wrap' }}>
      <Choice
        label="Calls like this later"
        value={value.validFor}
        choices={times}
        onChange={(validFor) => onChange({ ...value, validFor })}
      />
      {value.validFor > 0 && (
        <Choice
          label="More times, at most"
          value={value.uses}
          choices={uses}
          onChange={(most) => onChange({ ...value, uses: most })}
        />
      )}
    </Stack>
    {value.validFor > 0 && <Differing approval={approval} value={value} onChange={onChange} />}
  </Box>
);
