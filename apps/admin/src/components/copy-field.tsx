import { useRef, useState } from 'react';
import { Button, OutlinedInput, Stack } from '@mui/material';
import CheckIcon from '@mui/icons-material/Check';
import ContentCopyIcon from '@mui/icons-material/ContentCopy';
import { mono } from '../theme/theme';

/** The clipboard exists on https and localhost only; elsewhere the selected text is copied the old way. */
const copyFrom = async (input: HTMLInputElement | null, value: string) => {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    input?.select();
    return document.execCommand('copy');
  }
};

export const CopyField = ({ value, label }: { value: string; label: string }) => {
  const input = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => setCopied(await copyFrom(input.current, value));
  return (
    <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 1 }}>
      <OutlinedInput
        fullWidth
        size="small"
        readOnly
        value={value}
        inputRef={input}
        inputProps={{ 'aria-label': label, spellCheck: false }}
        onFocus={(event) => event.target.select()}
        sx={{ fontFamily: mono, fontSize: '0.8125rem' }}
      />
      <Button
        variant="outlined"
        startIcon={copied ? <CheckIcon /> : <ContentCopyIcon />}
        onClick={() => void copy()}
        sx={{ flex: 'none' }}
      >
        <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
      </Button>
    </Stack>
  );
};
