import { Box, Button, TextField } from '@mui/material';
import EditIcon from '@mui/icons-material/EditOutlined';
import { mono } from '../theme/theme';

interface ArgumentEditProps {
  /** As they would be sent now. */
  shown: unknown;
  /** `undefined`: they are not edited. */
  text: string | undefined;
  fault: string | undefined;
  onChange: (text: string | undefined) => void;
}

/** The arguments as JSON, for an approver who agrees to something else than was asked for. */
export const ArgumentEdit = ({ shown, text, fault, onChange }: ArgumentEditProps) => {
  if (text === undefined)
    return (
      <Button
        size="small"
        startIcon={<EditIcon />}
        onClick={() => onChange(JSON.stringify(shown, undefined, 2))}
        sx={{ mt: 1.5 }}
      >
        Change what is sent
      </Button>
    );
  return (
    <Box sx={{ mt: 2 }}>
      <TextField
        label="Sent instead"
        value={text}
        onChange={({ target }) => onChange(target.value)}
        fullWidth
        multiline
        minRows={4}
        maxRows={20}
        error={fault !== undefined}
        helperText={fault ?? 'The whole arguments, as JSON. The agent is told what you changed.'}
        slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: mono, fontSize: '0.875rem' } } }}
      />
      <Button size="small" onClick={() => onChange(undefined)} sx={{ mt: 0.5 }}>
        Send what was asked for
      </Button>
    </Box>
  );
};
