import type { ReactNode } from 'react';
import { Box } from '@mui/material';
import { mono } from '../theme/theme';

export const Code = ({ children }: { children: ReactNode }) => (
  <Box component="code" sx={{ fontFamily: mono, fontSize: '0.875em', overflowWrap: 'anywhere' }}>
    {children}
  </Box>
);

/** Structured data as it is; scrolls by itself and can be reached with the keyboard. */
export const CodeBlock = ({ value, label }: { value: unknown; label: string }) => (
  <Box
    component="pre"
    tabIndex={0}
    role="region"
    aria-label={label}
    sx={(theme) => ({
      m: 0,
      p: 2,
      maxHeight: 360,
      overflow: 'auto',
      fontFamily: mono,
      fontSize: '0.8125rem',
      lineHeight: 1.6,
      backgroundColor: theme.palette.sunken,
      borderRadius: 'inherit',
    })}
  >
    {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
  </Box>
);
