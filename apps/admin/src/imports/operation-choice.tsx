import { useState } from 'react';
import { Box, Checkbox, FormControlLabel, TextField, Typography } from '@mui/material';
import type { ImportPreview } from '../api-types';
import { Code } from '../components/code';

type Offered = ImportPreview['offered'][number];

/** So many are shown; a search finds the others. */
const MOST_SHOWN = 100;

interface OperationChoiceProps {
  offered: readonly Offered[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}

const Choice = ({ one, checked, onChange }: { one: Offered; checked: boolean; onChange: () => void }) => (
  <FormControlLabel
    sx={{ display: 'flex', alignItems: 'flex-start', mr: 0, '& .MuiCheckbox-root': { py: 0.5 } }}
    control={<Checkbox size="small" checked={checked} onChange={onChange} />}
    label={
      <Typography variant="body2" sx={{ py: 0.5, overflowWrap: 'anywhere' }}>
        <Code>{one.operation}</Code> {one.title}
      </Typography>
    }
  />
);

/** The operations of a document, to choose those that become actions. */
export const OperationChoice = ({ offered, chosen, onChange }: OperationChoiceProps) => {
  const [search, setSearch] = useState('');
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const textOf = ({ operation, method, path, title }: Offered) =>
    `${operation} ${method} ${path} ${title}`.toLowerCase();
  const found = offered.filter((one) => words.every((word) => textOf(one).includes(word)));
  const toggle = (operation: string) =>
    onChange(chosen.includes(operation) ? chosen.filter((one) => one !== operation) : [...chosen, operation]);
  return (
    <Box sx={{ p: 2.5 }}>
      <TextField
        size="small"
        fullWidth
        label="Search operations"
        value={search}
        onChange={({ target }) => setSearch(target.value)}
        helperText={`${chosen.length} of ${offered.length} chosen`}
      />
      <Box sx={{ maxHeight: 420, overflow: 'auto' }} role="group" aria-label="Operations" tabIndex={0}>
        {found.slice(0, MOST_SHOWN).map((one) => (
          <Choice
            key={one.operation}
            one={one}
            checked={chosen.includes(one.operation)}
            onChange={() => toggle(one.operation)}
          />
        ))}
      </Box>
      {found.length > MOST_SHOWN && (
        <Typography variant="body2" color="textSecondary">
          {found.length - MOST_SHOWN} more: search for them.
        </Typography>
      )}
    </Box>
  );
};
